import { type RedisScript, redisScript } from '../redis-script.ts';

/**
 * Tells what became of attempts that ran elsewhere, each result once.
 *
 * For each attempt, all in one slot:
 * KEYS  that it is over; where word of it goes, a stream or a list; the channel that says that the stream has got
 *       something (of a list: the list again)
 * ARGV  `ask`, `tell` or `end`: only ask; append; append and it is over     `stream` or `list`
 *       ms for which it is remembered that it is over, or for which the list is kept     bytes to append, or nothing
 *
 * Returns for each: 1, it was over before, and nothing was done; otherwise 0.
 */
export const TELL_OF_ATTEMPTS: RedisScript = redisScript(`
-- Lets what follows pass when Redis has no memory left, see commit-turns.ts.
if ARGV[2] == 'stream' then redis.call('XDEL', KEYS[2], '0-1') else redis.call('LTRIM', KEYS[2], 0, -1) end
local answers = {}
local news = {}
for i = 1, #KEYS / 3 do
  local over, box, channel = KEYS[3 * i - 2], KEYS[3 * i - 1], KEYS[3 * i]
  local what, kind, ms, bytes = ARGV[4 * i - 3], ARGV[4 * i - 2], ARGV[4 * i - 1], ARGV[4 * i]
  local isFirst
  if what == 'end' then
    isFirst = redis.call('SET', over, '', 'NX', 'PX', ms)
  else
    isFirst = redis.call('EXISTS', over) == 0
  end
  if isFirst and bytes ~= '' then
    if kind == 'stream' then
      redis.call('XADD', box, '*', 'm', bytes)
      news[channel] = true
    else
      redis.call('RPUSH', box, bytes)
      redis.call('PEXPIRE', box, ms)
    end
  end
  answers[i] = isFirst and 0 or 1
end
for channel in pairs(news) do redis.call('PUBLISH', channel, '') end
return answers
`);
