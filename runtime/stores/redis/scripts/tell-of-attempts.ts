import { type RedisScript, redisScript } from '../redis-script.ts';

/**
 * Tells what became of attempts that ran elsewhere, each result once. `n` attempts, whose word goes to `m` boxes.
 *
 * KEYS  n: set where an attempt is over      m: the boxes: streams, or lists      m: the channels of their news (lists: none)
 * ARGV  n      m      ms for which lists are kept; 0: the boxes are streams
 *       for each attempt: which box      ms for which it is remembered that it is over; 0: it is not      bytes, or nothing
 *
 * Nothing is done for an attempt that was over before. What comes first lets the rest pass when Redis has no memory left,
 * see commit-turns.ts.
 */
export const TELL_OF_ATTEMPTS: RedisScript = redisScript(`
local n, m, keptMs = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local isStream = keptMs == '0'
if isStream then redis.call('XDEL', KEYS[n + 1], '0-1') else redis.call('LTRIM', KEYS[n + 1], 0, -1) end
for i = 1, n do
  local box, ms, bytes = KEYS[n + tonumber(ARGV[3 * i + 1])], ARGV[3 * i + 2], ARGV[3 * i + 3]
  local isFirst
  if ms == '0' then
    isFirst = redis.call('EXISTS', KEYS[i]) == 0
  else
    isFirst = redis.call('SET', KEYS[i], '', 'NX', 'PX', ms)
  end
  if isFirst and bytes ~= '' then
    if isStream then redis.call('XADD', box, '*', 'm', bytes) else redis.call('RPUSH', box, bytes) end
  end
end
for i = n + 1, n + m do
  if isStream then redis.call('PUBLISH', KEYS[m + i], '') else redis.call('PEXPIRE', KEYS[i], keptMs) end
end
return n
`);
