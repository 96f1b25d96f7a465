import { type RedisScript, redisScript } from '../redis-script.ts';

/**
 * Sets the end of a lease's term anew; a term of 0 gives the lease back.
 *
 * KEYS[1]  the lease: see acquire-lease.ts
 * ARGV[1]  epoch     ARGV[2] holder     ARGV[3] term in ms, from now
 *
 * Returns 1; 0: the lease is another's. It may be over: as long as nobody has taken it, its holder's memory is valid.
 * HDEL lets the HSET pass when Redis has no memory left (see commit-turns.ts): a lease is not lost by that.
 */
export const PROLONG_LEASE: RedisScript = redisScript(`
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'holder')
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then return 0 end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HDEL', KEYS[1], 'none')
redis.call('HSET', KEYS[1], 'until', now + tonumber(ARGV[3]))
return 1
`);
