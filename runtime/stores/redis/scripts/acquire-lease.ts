import { type RedisScript, redisScript } from '../redis-script.ts';

/**
 * Takes a partition's lease when its term is over.
 *
 * KEYS[1]  the lease: a hash of epoch, holder, number, node, until (ms, by the clock of this Redis)
 * ARGV[1]  holder     ARGV[2] node     ARGV[3] term in ms
 *
 * Returns { epoch, number of the last commit }, or nothing: another holder's term is not over. The holder names one
 * acquisition: when it finds itself here, this is another attempt at the same one, whose answer was lost.
 */
export const ACQUIRE_LEASE: RedisScript = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'holder', 'number', 'until')
if lease[4] and tonumber(lease[4]) > now and lease[2] ~= ARGV[1] then return false end

local epoch = (tonumber(lease[1]) or 0) + 1
local number = lease[3] or '0'
redis.call('HDEL', KEYS[1], 'none') -- so that a lease can be taken when no memory is left, see commit-turns.ts
redis.call('HSET', KEYS[1],
  'epoch', epoch, 'holder', ARGV[1], 'number', number, 'node', ARGV[2], 'until', now + tonumber(ARGV[3]))
return { epoch, tonumber(number) }
`);
