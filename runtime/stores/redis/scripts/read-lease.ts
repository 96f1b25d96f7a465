import { type RedisScript, redisScript } from '../redis-script.ts';

/**
 * Who holds a partition.
 *
 * KEYS[1]  the lease: see acquire-lease.ts
 *
 * Returns { epoch, node }, or nothing: there is no lease, or its term is over by the clock that set it.
 */
export const READ_LEASE: RedisScript = redisScript(`
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'node', 'until')
if not lease[3] then return false end
local time = redis.call('TIME')
if tonumber(lease[3]) <= time[1] * 1000 + math.floor(time[2] / 1000) then return false end
return { tonumber(lease[1]), lease[2] }
`);
