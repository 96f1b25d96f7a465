import { createHash } from 'node:crypto';
import type { RecordCommit, Store } from '../ports/store.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';

const PREFIX = 'deaths/';
const ON_TRIAL = 'on-trial';
const STOPPED = 'stopped';
const PAGE = 1_000;

/** Deaths of the process after which whatever was under way each time is a suspect. */
export const SUSPECT_DEATHS = 2;

/**
 * How often the process has died while something was under way: one record for each that has not ended since. A death
 * is counted before what it may be blamed on is taken up again, and blamed on what was running:
 *
 *   the process stopped in order    → nothing
 *   suspects are on trial           → those, and whatever is no suspect; other suspects were held back
 *   otherwise                       → everything that was under way
 */
export class Deaths {
  readonly #write: WriteRecords;
  /** What the store had when this process began. */
  readonly #counts: Map<string, number> = new Map();
  #trialOnRecord = false;
  /** Undefined: nothing is blamed on anybody. */
  #blames: ((key: string, deaths: number) => boolean) | undefined;

  private constructor(write: WriteRecords) {
    this.#write = write;
  }

  /** Reads what earlier processes have left. A stop in order counts once; `nobodyDied`: it was no death that ended the last owner. From here on suspects are held back. */
  static async read(store: Store, partition: number, write: WriteRecords, nobodyDied = false): Promise<Deaths> {
    const deaths = new Deaths(write);
    const onTrial = await store.readRecord(partition, ON_TRIAL);
    deaths.#trialOnRecord = onTrial !== undefined;
    const keys = onTrial === undefined ? undefined : unpackRecord<{ keys: string[] }>(onTrial).keys;
    deaths.#blames = (key, count) => keys === undefined || count < SUSPECT_DEATHS || keys.includes(key);
    for (let after: string | undefined; ; ) {
      const records = await store.readRecords({ partition, prefix: PREFIX, limit: PAGE, after });
      for (const { key, value } of records) deaths.#counts.set(key, unpackRecord<{ count: number }>(value).count);
      after = records.at(-1)?.key;
      if (after === undefined) break;
    }
    if (nobodyDied) deaths.#blames = undefined;
    if ((await store.readRecord(partition, STOPPED)) !== undefined) {
      deaths.#blames = undefined;
      await write([{ key: STOPPED, value: undefined }]);
    }
    if ([...deaths.#counts].some(([key, count]) => deaths.#after(key, count) >= SUSPECT_DEATHS)) {
      await deaths.putOnTrial([]);
    }
    return deaths;
  }

  /** Written by an owner that is about to stop in order. */
  static readonly stopped: RecordCommit = { key: STOPPED, value: packRecord({}) };

  /** Counts the last death against each of these, where it is to blame; durable when it resolves. @returns their deaths. */
  async count(names: readonly string[]): Promise<number[]> {
    const records: RecordCommit[] = [];
    const counts = names.map((name) => {
      const key = recordKey(name);
      const before = this.#counts.get(key) ?? 0;
      this.#counts.delete(key);
      const after = this.#after(key, before);
      if (after > before) records.push(deathRecord(name, after));
      return after;
    });
    if (records.length > 0) await this.#write(records);
    return counts;
  }

  /** What was under way when the process died is over. Lost with a crash, it is told again. */
  forget(name: string): void {
    this.#forget([recordKey(name)]);
  }

  /** All that is under way has been counted: what else is on record is over. */
  forgetOthers(): void {
    this.#forget([...this.#counts.keys()]);
    this.#counts.clear();
  }

  /** From now on deaths are blamed on these, and on whatever is no suspect. */
  async putOnTrial(names: readonly string[]): Promise<void> {
    this.#trialOnRecord = true;
    await this.#write([{ key: ON_TRIAL, value: packRecord({ keys: names.map(recordKey) }) }]);
  }

  /** Nothing is held back any more. */
  async endTrials(): Promise<void> {
    if (!this.#trialOnRecord) return;
    this.#trialOnRecord = false;
    await this.#write([{ key: ON_TRIAL, value: undefined }]);
  }

  /** The count with the last death. */
  #after(key: string, before: number): number {
    return this.#blames?.(key, before) === true ? before + 1 : before;
  }

  #forget(keys: readonly string[]): void {
    if (keys.length === 0) return;
    // A partition that is lost has told so to whom it concerns.
    this.#write(keys.map((key) => ({ key, value: undefined }))).catch(() => undefined);
  }
}

/** What is on record of something that may be blamed for so many deaths. */
export function deathRecord(name: string, count: number): RecordCommit {
  return { key: recordKey(name), value: packRecord({ count }) };
}

/** Whether a record is one of these: a new owner makes of all of them what `count` tells. */
export function isDeathRecord(key: string): boolean {
  return key.startsWith(PREFIX) || key === ON_TRIAL || key === STOPPED;
}

/** A digest: names may be as long as a key may be. */
function recordKey(name: string): string {
  return PREFIX + createHash('sha256').update(name).digest('base64url');
}

/** Writes records with the next commit; resolves when they are durable. */
type WriteRecords = (records: readonly RecordCommit[]) => Promise<void>;
