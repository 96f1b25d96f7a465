import { partitionOf } from '../../partition/placement.ts';
import {
  ENDED_STATUSES,
  type EndedPage,
  type EndedQuery,
  type ExecutionEntry,
  type ExecutionQuery,
  type ExecutionStatus,
  type LogEnds,
  type NamePage,
  type NameQuery,
  type RecordQuery,
  type StoredRecord,
  type WakeUp,
  type WakeUpQuery,
} from '../../ports/store.ts';
import { compareKeys } from '../memory/key-order.ts';
import { listingKeyText, ofListingText } from './listing-text.ts';
import { mergePages, type NextPage } from './merge-pages.ts';
import type { RedisConnection } from './redis-connection.ts';
import { chunkKey, lastChunkKey, type RedisKeys, SHARDS, STATUSES } from './redis-keys.ts';
import { readSharedOut } from './shared-out.ts';
import { readTakenName, readTakenNames } from './taken-names.ts';
import { readTimeline, type TimelineEntry, type TimelineQuery, timelinePages } from './timeline-reader.ts';

/** Chunks of a log that are asked for at once: 16 KiB each. */
const CHUNKS_AT_ONCE = 64;
/** Values of records that are asked for at once. */
const RECORDS_AT_ONCE = 256;
/** The end of year 9999, about: later than what any time can be. */
const LAST_MS = 2 ** 48 - 1;

/** What the store is asked. Each question is tried again while Redis is away for a moment. */
export class RedisQueries {
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #partitionCount: number;

  constructor(connection: RedisConnection, keys: RedisKeys, partitionCount: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#partitionCount = partitionCount;
  }

  /** A log only grows, until all of it goes: what is read of it piece by piece is as it was at the first. */
  async readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    const log = this.#logOf(executionKey);
    const [first, last] = await this.#values([log, lastChunkKey(log)]);
    const chunks = first === null || first === undefined ? [] : [first];
    const lastChunk = Number(last ?? 0);
    for (let from = 1; from <= lastChunk; from += CHUNKS_AT_ONCE) {
      const count = Math.min(CHUNKS_AT_ONCE, lastChunk - from + 1);
      const found = await this.#values(Array.from({ length: count }, (_, i) => chunkKey(log, from + i)));
      if (from + count > lastChunk && found.at(-1) === null) return undefined; // it has gone meanwhile
      for (const chunk of found) if (chunk !== null) chunks.push(chunk);
    }
    return chunks.length === 0 ? undefined : chunks;
  }

  async readLogEnds(executionKey: string): Promise<LogEnds | undefined> {
    const log = this.#logOf(executionKey);
    const [first, lastNumber] = await this.#values([log, lastChunkKey(log)]);
    if (lastNumber === null || lastNumber === undefined) return first ? { first, last: first } : undefined;
    const [last] = await this.#values([chunkKey(log, Number(lastNumber))]);
    return first && last ? { first, last } : undefined;
  }

  async listExecutions(query: ExecutionQuery): Promise<readonly ExecutionEntry[]> {
    const { machineKey, limit, after } = query;
    const statuses = query.status === undefined ? STATUSES : [query.status];
    const timeline: TimelineQuery = {
      direction: 'latest first',
      limit,
      after: after && { atMs: after.startMs, text: listingKeyText(machineKey, after.executionKey) },
      untilMs: LAST_MS,
    };
    const all = Array.from({ length: this.#partitionCount }, (_, partition) => partition);
    const partitions = query.partition === undefined ? all : [query.partition];
    const lists = partitions.flatMap((each) =>
      statuses.map((status) => this.#pages(each, machineKey, status, timeline)),
    );
    return mergePages(lists, (left, right) => compareStarts(left, right) > 0, limit);
  }

  async readEnded({ partition, machineKey, stoppedUntilMs, limit, after }: EndedQuery): Promise<EndedPage> {
    const timeline: TimelineQuery = {
      direction: 'earliest first',
      limit,
      // Behind it, whatever its stop time.
      after: after && { atMs: after.startMs, text: `${listingKeyText(machineKey, after.executionKey)}\uffff` },
      untilMs: Math.min(stoppedUntilMs, LAST_MS),
    };
    const lists = await Promise.all(
      ENDED_STATUSES.map((status) => this.#list(partition, machineKey, status, timeline)),
    );
    const seen = lists.flat().sort(compareStarts).slice(0, limit);
    const found = seen.filter(({ stopMs }) => stopMs !== undefined && stopMs <= stoppedUntilMs);
    const lastChunks = await this.#values(found.map((entry) => lastChunkKey(this.#logOf(entry.executionKey))));
    return {
      executions: found.map((entry, i) => ({ entry, lastChunk: Number(lastChunks[i] ?? 0) })),
      next: seen.length < limit ? undefined : seen.at(-1),
    };
  }

  async #list(
    partition: number,
    machineKey: string,
    status: ExecutionStatus,
    query: TimelineQuery,
  ): Promise<readonly ExecutionEntry[]> {
    const found = await readTimeline(this.#connection, this.#keys.listing(partition, machineKey, status), query);
    return found.map((listed) => entryOf(machineKey, status, listed));
  }

  #pages(
    partition: number,
    machineKey: string,
    status: ExecutionStatus,
    query: TimelineQuery,
  ): NextPage<ExecutionEntry> {
    const pages = timelinePages(this.#connection, this.#keys.listing(partition, machineKey, status), query);
    return async () => {
      const { value } = await pages.next();
      return value?.map((listed) => entryOf(machineKey, status, listed));
    };
  }

  async readWakeUps({ partition, untilMs, limit, after }: WakeUpQuery): Promise<readonly WakeUp[]> {
    if (limit === 0 || untilMs < 0) return [];
    const active = after !== undefined && after.atMs > 0 ? [] : await this.#readActive(partition, limit, after);
    if (active.length === limit) return active;
    const later = await readTimeline(this.#connection, this.#keys.wakeUps(partition), {
      direction: 'earliest first',
      limit: limit - active.length,
      after: after && { atMs: after.atMs, text: after.executionKey },
      untilMs: Math.min(untilMs, LAST_MS),
    });
    return [...active, ...later.map(({ atMs, text }) => ({ atMs, executionKey: text }))];
  }

  async #readActive(partition: number, limit: number, after: WakeUp | undefined): Promise<readonly WakeUp[]> {
    const shards = Array.from({ length: SHARDS }, (_, shard) => this.#keys.active(partition, shard));
    const names = await readSharedOut(this.#connection, shards, { prefix: '', limit, after: after?.executionKey });
    return names.map((executionKey) => ({ atMs: 0, executionKey }));
  }

  readName(partition: number, hash: Uint8Array): Promise<number | undefined> {
    return readTakenName(this.#connection, this.#keys, partition, hash);
  }

  readNames(query: NameQuery): Promise<NamePage> {
    return readTakenNames(this.#connection, this.#keys, query);
  }

  async readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    const [value] = await this.#values([this.#keys.record(partition, key)]);
    return value ?? undefined;
  }

  async readRecords({ partition, prefix, limit, after }: RecordQuery): Promise<readonly StoredRecord[]> {
    const shards = Array.from({ length: SHARDS }, (_, shard) => this.#keys.recordNames(partition, shard));
    const records: StoredRecord[] = [];
    let last = after;
    while (records.length < limit) {
      const count = Math.min(limit - records.length, RECORDS_AT_ONCE);
      const names = await readSharedOut(this.#connection, shards, { prefix, limit: count, after: last });
      if (names.length === 0) break;
      const values = await this.#values(names.map((name) => this.#keys.record(partition, name)));
      // One that is gone by now is left out, and the page goes on behind it.
      for (const [i, key] of names.entries()) {
        const value = values[i];
        if (value) records.push({ key, value });
      }
      last = names.at(-1);
    }
    return records;
  }

  #logOf(executionKey: string): string {
    return this.#keys.log(partitionOf(executionKey, this.#partitionCount), executionKey);
  }

  #values(keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
    if (keys.length === 0) return Promise.resolve([]);
    return this.#connection.patiently(() => this.#connection.client.mgetBuffer(...keys));
  }
}

function entryOf(machineKey: string, status: ExecutionStatus, { atMs, text }: TimelineEntry): ExecutionEntry {
  return { ...ofListingText(machineKey, text), machineKey, status, startMs: atMs };
}

function compareStarts(left: ExecutionEntry, right: ExecutionEntry): number {
  return left.startMs - right.startMs || compareKeys(left.executionKey, right.executionKey);
}
