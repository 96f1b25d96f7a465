import { type RedisScript, redisScript } from '../redis-script.ts';

/**
 * Appends messages to a mailbox, all or none, and tells its reader.
 *
 * KEYS[1]  the mailbox, a stream      KEYS[2] none of its own: the channel of its news
 * ARGV[1…] the messages
 *
 * Returns how many. The XDEL, which finds nothing, lets the XADDs pass when Redis has no memory left (see
 * commit-turns.ts): a message brings work in progress to its end.
 */
export const APPEND_MESSAGES: RedisScript = redisScript(`
redis.call('XDEL', KEYS[1], '0-1')
for i = 1, #ARGV do redis.call('XADD', KEYS[1], '*', 'm', ARGV[i]) end
redis.call('PUBLISH', KEYS[2], '')
return #ARGV
`);
