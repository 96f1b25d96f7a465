import { type RedisScript, redisScript } from '../redis-script.ts';

/**
 * Notes that a node lives, and forgets those whose time is over.
 *
 * KEYS[1]  the nodes: a hash of node id → until (ms, by the clock of this Redis) and, behind a space, its record
 * ARGV[1]  node id     ARGV[2] its record     ARGV[3] term in ms
 *
 * Returns { now in ms, record, record … } of all that live. HDEL, which comes first, lets the HSET pass when Redis has
 * no memory left (see commit-turns.ts).
 */
export const HEARTBEAT: RedisScript = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', now + tonumber(ARGV[3])) .. ARGV[2])

local living = { now }
local nodes = redis.call('HGETALL', KEYS[1])
for i = 1, #nodes, 2 do
  local till, record = string.match(nodes[i + 1], '^(%d+) (.*)$')
  if tonumber(till) > now then living[#living + 1] = record
  else redis.call('HDEL', KEYS[1], nodes[i]) end
end
return living
`);
