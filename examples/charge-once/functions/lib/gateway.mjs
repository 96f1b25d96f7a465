import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Stands in for a payment gateway: a folder of charges, one file for each idempotency key. */
const FOLDER = process.env.GATEWAY ?? join('.redstep', 'gateway');

/** Books the charge, unless there is one of that key, and answers with what is booked. Slow while there is a file `slow`. */
export async function charge({ orderId, amount }, idempotencyKey) {
  const file = join(FOLDER, `${idempotencyKey}.json`);
  await mkdir(FOLDER, { recursive: true });
  try {
    await writeFile(file, JSON.stringify({ paymentId: `P-${orderId}`, amount }), { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  while (existsSync(join(FOLDER, 'slow'))) await delay(20);
  return JSON.parse(await readFile(file, 'utf8'));
}
