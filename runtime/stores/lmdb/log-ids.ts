import type { Database } from 'lmdb';
import { LOGS, logIdKey, logIdOfLogKey, uint48Bytes, uint48OfBytes } from './lmdb-keys.ts';

/** Log ids kept in memory: as many executions as may be busy at once, twice. Others are read again. */
const KEPT_MAX = 50_000;

/** Which log is whose: a number for each execution, given out in order of start. */
export class LogIds {
  readonly #table: Database<Buffer, Buffer>;
  /**
   * Of executions that are likely to commit again, in two generations: a Map whose oldest key is taken out again and
   * again walks over all that it has lost before.
   */
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #next = 0;

  constructor(table: Database<Buffer, Buffer>) {
    this.#table = table;
    this.load();
  }

  /** Forgets what is not on disk. */
  load(): void {
    this.#young.clear();
    this.#old.clear();
    const { start, end } = LOGS;
    const [last] = this.#table.getKeys({ start: end, end: start, reverse: true, exclusiveStart: true, limit: 1 });
    this.#next = last === undefined ? 0 : logIdOfLogKey(last) + 1;
  }

  /** Gives an execution the next number; the caller writes it. */
  start(executionKey: string): { readonly key: Buffer; readonly value: Buffer } {
    const logId = this.#next++;
    this.#keep(executionKey, logId);
    return { key: logIdKey(executionKey), value: uint48Bytes(logId) };
  }

  /** The number of an execution that has started, perhaps in the commit that is being made. */
  find(executionKey: string): number | undefined {
    const kept = this.#young.get(executionKey) ?? this.#old.get(executionKey);
    if (kept !== undefined) return kept;
    const read = this.read(executionKey);
    if (read !== undefined) this.#keep(executionKey, read);
    return read;
  }

  /** The number of an execution whose start is committed. */
  read(executionKey: string): number | undefined {
    const bytes = this.#table.getBinary(logIdKey(executionKey));
    return bytes && uint48OfBytes(bytes);
  }

  forget(executionKey: string): void {
    this.#young.delete(executionKey);
    this.#old.delete(executionKey);
  }

  #keep(executionKey: string, logId: number): void {
    if (this.#young.size >= KEPT_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(executionKey, logId);
  }
}
