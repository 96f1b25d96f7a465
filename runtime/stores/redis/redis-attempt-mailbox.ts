import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { assert } from '../../../core/assert.ts';
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
 * For how long it is remembered that an attempt was reported. Its job can only be run again while it is in the queue,
 * which it leaves right after the report, or when a new owner dispatches the attempt before it has read the report; a
 * dead worker's job is taken by another within seconds. Past that the attempt would run again, and its result change
 * nothing.
 */
const REPORTED_MS = 60_000;
/** For how long a cancelled attempt's job may wait for a worker and still be dropped. Cancellations are rare. */
const CANCELLED_MS = 86_400_000;
/** An Express execution lasts for 5 minutes at most; its node has gone when nobody has read for longer. */
const REPLIES_MS = 360_000;
/** Attempts in one call: others get their turn in between. */
const BATCH = 256;
/** Replies taken at a time, and how long one look for them lasts, in seconds. */
const REPLIES_PAGE = 512;
const REPLIES_LOOK_SECONDS = 5;
const RETRY_MS = 100;

/** A result has nowhere else to go. Told twice, it counts once. */
const ALWAYS = (): boolean => true;

/** Where an attempt's keys are: all in one slot. */
interface Place {
  /** Set where it is over. */
  readonly over: string;
  /** What word of it goes to: a partition's mailbox, or the list of a node's replies. */
  readonly box: string;
  /** The channel of the mailbox's news; undefined: it is a list. */
  readonly channel: string | undefined;
}

interface Telling {
  readonly place: Place;
  /** For how long it is remembered that the attempt is over; 0: it is not. */
  readonly overMs: number;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Word of attempts through Redis: what is asked and told within a turn of the event loop goes in one call each; on Redis
 * Cluster in one for each slot.
 */
export class RedisAttemptMailbox implements AttemptMailbox {
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #partitionCount: number;
  readonly #batches = new Map<string, TickBatch<Telling, undefined>>();
  readonly #questions = new Map<string, TickBatch<Place, boolean>>();

  constructor(connection: RedisConnection, keys: RedisKeys, partitionCount: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#partitionCount = partitionCount;
  }

  isOver(attempt: RemoteAttempt): Promise<boolean> {
    const place = this.#place(attempt);
    const slot = this.#slot(place);
    let batch = this.#questions.get(slot);
    if (batch === undefined) {
      batch = new TickBatch((places) => this.#ask(places));
      this.#questions.set(slot, batch);
    }
    return batch.add(place);
  }

  report(attempt: RemoteAttempt, result: TaskResult): Promise<void> {
    return this.#tell(attempt, REPORTED_MS, result);
  }

  beat(attempt: RemoteAttempt): Promise<void> {
    return this.#tell(attempt, 0, { type: 'Beat' });
  }

  cancel(attempt: RemoteAttempt): Promise<void> {
    return this.#tell(attempt, CANCELLED_MS, undefined);
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

  #place({ id, token, replyTo }: RemoteAttempt): Place {
    if (replyTo !== undefined) {
      return { over: this.#keys.repliedTo(replyTo, id), box: this.#keys.replies(replyTo), channel: undefined };
    }
    const partition = partitionOf(partsOf(token).executionKey, this.#partitionCount);
    return {
      over: this.#keys.over(partition, id),
      box: this.#keys.mailbox(partition),
      channel: this.#keys.news(partition),
    };
  }

  #slot({ box }: Place): string {
    return this.#connection.client instanceof Cluster ? box : '';
  }

  async #tell(attempt: RemoteAttempt, overMs: number, news: AttemptNews | undefined): Promise<void> {
    const place = this.#place(attempt);
    const key = place.channel === undefined ? place.box : this.#slot(place);
    let batch = this.#batches.get(key);
    if (batch === undefined) {
      batch = new TickBatch((tellings) => this.#send(tellings));
      this.#batches.set(key, batch);
    }
    await batch.add({ place, overMs, bytes: news === undefined ? undefined : pack(attempt, news) });
  }

  async #ask(places: readonly Place[]): Promise<boolean[]> {
    const keys = places.map(({ over }) => over);
    const { client } = this.#connection;
    const answers = await this.#connection.insist(() => this.#connection.attempt(() => client.mget(keys)), ALWAYS);
    return answers.map((answer) => answer !== null);
  }

  async #send(tellings: readonly Telling[]): Promise<readonly undefined[]> {
    const calls: Promise<unknown>[] = [];
    for (let from = 0; from < tellings.length; from += BATCH) {
      const { keys, values } = callOf(tellings.slice(from, from + BATCH));
      calls.push(this.#connection.insist(() => this.#connection.run(TELL_OF_ATTEMPTS, keys, values), ALWAYS));
    }
    await Promise.all(calls);
    return tellings.map(() => undefined);
  }
}

function callOf(tellings: readonly Telling[]): { keys: string[]; values: (string | number | Buffer)[] } {
  const boxes = new Map<string, number>();
  const keys: string[] = [];
  const channels: string[] = [];
  const values: (string | number | Buffer)[] = [];
  for (const { place, overMs, bytes } of tellings) {
    let box = boxes.get(place.box);
    if (box === undefined) {
      box = boxes.size + 1;
      boxes.set(place.box, box);
      if (place.channel !== undefined) channels.push(place.channel);
    }
    keys.push(place.over);
    values.push(box, overMs, bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  const keptMs = channels.length === 0 ? REPLIES_MS : 0;
  return { keys: [...keys, ...boxes.keys(), ...channels], values: [tellings.length, boxes.size, keptMs, ...values] };
}

function pack({ token, replyTo }: RemoteAttempt, news: AttemptNews): Uint8Array {
  if (replyTo !== undefined) return packRecord({ token, news });
  const { executionKey, taskNumber } = partsOf(token);
  const message =
    news.type === 'Beat' ? ({ type: 'TaskHeartbeat', taskNumber } as const) : taskMessage(news, taskNumber);
  return packEnvelope({ executionKey, message });
}

function partsOf(token: string): { executionKey: string; taskNumber: number } {
  const parts = parseTaskToken(token);
  assert(parts !== undefined, 'what is dispatched has a token of ours');
  return { executionKey: executionKeyOf(parts.executionArn), taskNumber: parts.taskNumber };
}
