import { createHash } from 'node:crypto';
import { charge } from './lib/gateway.mjs';

/**
 * Charges a card. A worker can die between the charge and its answer; the attempt then runs again, with the same
 * `context.taskToken`. The gateway is given a key made of it: it charges once for a key, and answers the second time as it
 * did the first. A Retry is another attempt, with another token: it charges again, as the definition asks for.
 */
export const handler = async ({ orderId, amount }, context) => {
  const idempotencyKey = createHash('sha256').update(context.taskToken).digest('hex');
  return charge({ orderId, amount }, idempotencyKey);
};
