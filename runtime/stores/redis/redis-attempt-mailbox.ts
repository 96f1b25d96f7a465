import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { parseTaskToken } from '../../../core/interpreter/task-token.ts';
import { executionKeyOf } from '../../actor/execution-key.ts';
import { packEnvelope } from '../../partition/mailbox-message.ts';
import { partitionOf } from '../../partition/placement.ts';
import type { AttemptMailbox, AttemptNews, RemoteAttempt } from '../../ports/attempt-mailbox.ts';
import type { TaskResult } from '../../ports/task-dispatcher.ts';
import { taskMessage } from '../../ports/task-message.ts';
import { packRecord, unpackRecord } from '../record-codec.ts';
import { openQueueClient } from './queue-client.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisKeys } from './redis-keys.ts';
import { TELL_OF_ATTEMPTS } from './scripts/tell-of-attempts.ts';
import { TickBatch } from './tick-batch.ts';

/**
 * For how long it is remembered that an attempt was reported. A job can only be run again while it is in its queue,
 * which it leaves right after the report, or when a new owner dispatches the attempt before it has read the report; a
 * dead worker's job is taken by another within seconds. Past that the attempt would run again, and its result change
 * nothing.
 */
const REPORTED_MS = 60_000;
/** For how long a cancelled attempt's job may wait for a worker and still be dropped. Cancellations are rare. */
const CANCELLED_MS = 86_400_000;
/** An Express execution lasts for 5 minutes at most; its node has gone when nobody has read for longer. */
const REPLIES_MS = 360_000;
/** Attempts told of by one script call: others get their turn in between. */
const BATCH = 256;
/** Replies taken at a time, and how long one look for them lasts, in seconds. */
const REPLIES_PAGE = 512;
const REPLIES_LOOK_SECONDS = 5;
const RETRY_MS = 100;

/** A result has nowhere else to go. Told twice, it counts once. */
const ALWAYS = (): boolean => true;

interface Telling {
  readonly keys: readonly [over: string, box: string, channel: string];
  readonly args: readonly [what: 'ask' | 'tell' | 'end', kind: 'stream' | 'list', ms: number, bytes: Uint8Array | ''];
}

/**
 * Word of attempts through Redis: `tell-of-attempts` is the one step, on all attempts of a turn of the event loop, on
 * Redis Cluster a call for each slot. The key that says that an attempt is over lies in the slot of its mailbox.
 */
export class RedisAttemptMailbox implements AttemptMailbox {
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #partitionCount: number;
  readonly #batches = new Map<string, TickBatch<Telling, boolean>>();

  constructor(connection: RedisConnection, keys: RedisKeys, partitionCount: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#partitionCount = partitionCount;
  }

  isOver(attempt: RemoteAttempt): Promise<boolean> {
    return this.#tell(attempt, 'ask', 0, undefined);
  }

  async report(attempt: RemoteAttempt, result: TaskResult): Promise<void> {
    await this.#tell(attempt, 'end', REPORTED_MS, result);
  }

  async beat(attempt: RemoteAttempt): Promise<void> {
    await this.#tell(attempt, 'tell', 0, { type: 'Beat' });
  }

  async cancel(attempt: RemoteAttempt): Promise<void> {
    await this.#tell(attempt, 'end', CANCELLED_MS, undefined);
  }

  listen(replyTo: string, hear: (token: string, news: AttemptNews) => void): () => Promise<void> {
    const client = openQueueClient(this.#connection.client);
    const key = this.#keys.replies(replyTo);
    let stopped = false;
    const listen = async (): Promise<void> => {
      while (!stopped) {
        try {
          const first = (await client.blpopBuffer(key, REPLIES_LOOK_SECONDS))?.[1];
          const more = first === undefined ? undefined : await client.lpopBuffer(key, REPLIES_PAGE);
          for (const bytes of first === undefined ? [] : [first, ...(more ?? [])]) {
            const { token, news } = unpackRecord<{ token: string; news: AttemptNews }>(bytes);
            hear(token, news);
          }
        } catch {
          if (!stopped) await delay(RETRY_MS);
        }
      }
    };
    const listening = listen();
    return async () => {
      stopped = true;
      client.disconnect();
      await listening;
    };
  }

  #tell(attempt: RemoteAttempt, what: Telling['args'][0], ms: number, news: AttemptNews | undefined): Promise<boolean> {
    const { token, executionArn, replyTo } = attempt;
    const id = createHash('sha256').update(token).digest('base64url');
    if (replyTo !== undefined) {
      const list = this.#keys.replies(replyTo);
      const bytes = news === undefined ? '' : packRecord({ token, news });
      return this.#batch(list).add({
        keys: [this.#keys.repliedTo(replyTo, id), list, list],
        args: [what, 'list', REPLIES_MS, bytes],
      });
    }
    const executionKey = executionKeyOf(executionArn);
    const partition = partitionOf(executionKey, this.#partitionCount);
    const stream = this.#keys.mailbox(partition);
    const bytes = news === undefined ? '' : envelope(executionKey, token, news);
    return this.#batch(stream).add({
      keys: [this.#keys.over(partition, id), stream, this.#keys.news(partition)],
      args: [what, 'stream', ms, bytes],
    });
  }

  #batch(box: string): TickBatch<Telling, boolean> {
    const slot = this.#connection.client instanceof Cluster ? box : '';
    let batch = this.#batches.get(slot);
    if (batch === undefined) {
      batch = new TickBatch((tellings) => this.#send(tellings));
      this.#batches.set(slot, batch);
    }
    return batch;
  }

  async #send(tellings: readonly Telling[]): Promise<boolean[]> {
    const calls: Promise<unknown>[] = [];
    for (let from = 0; from < tellings.length; from += BATCH) {
      const batch = tellings.slice(from, from + BATCH);
      const keys = batch.flatMap((telling) => telling.keys);
      const args = batch.flatMap((telling) => telling.args.map(argument));
      calls.push(this.#connection.insist(() => this.#connection.run(TELL_OF_ATTEMPTS, keys, args), ALWAYS));
    }
    const answers = (await Promise.all(calls)) as number[][]; // as the script says
    return answers.flat().map((answer) => answer === 1);
  }
}

function argument(value: string | number | Uint8Array): string | Buffer {
  if (typeof value === 'object') return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return String(value);
}

function envelope(executionKey: string, token: string, news: AttemptNews): Uint8Array {
  const taskNumber = parseTaskToken(token)?.taskNumber ?? 0;
  const message =
    news.type === 'Beat' ? ({ type: 'TaskHeartbeat', taskNumber } as const) : taskMessage(news, taskNumber);
  return packEnvelope({ executionKey, message });
}
