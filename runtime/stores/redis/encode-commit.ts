import type { EndedExecution, ExecutionCommit, ExecutionEntry, NameCommit, TurnCommit } from '../../ports/store.ts';
import { listingText } from './listing-text.ts';
import { chunkKey, lastChunkKey, type RedisKeys, shardOf } from './redis-keys.ts';
import { ARGUMENTS_MAX } from './scripts/commit-turns.ts';
import { nameBucket } from './taken-names.ts';
import { timelineLeafNumber, timelineMember, timelinePlace } from './timeline.ts';

/** What the script of a commit is given; see scripts/commit-turns.ts. */
export interface EncodedCommit {
  readonly keys: readonly string[];
  readonly values: readonly (string | Buffer)[];
}

/** What the commit asks of Redis, as few operations as there are keys. */
export function encodeCommit(names: RedisKeys, commit: TurnCommit): EncodedCommit {
  const writes = new CommitWrites(names, commit.partition);
  for (const execution of commit.executions) writes.addExecution(execution);
  for (const execution of commit.removed ?? []) writes.removeExecution(execution);
  for (const name of commit.names ?? []) writes.addName(name);
  // Of a record that is written more than once, the last word counts.
  for (const [key, value] of new Map(commit.records.map((each) => [each.key, each.value])))
    writes.addRecord(key, value);
  const { epoch, holder, number } = commit;
  // What is begun can be refused when Redis has no memory left; what goes on cannot.
  const isStart = commit.hasNewRecords === true || writes.hasStarts;
  return writes.encode([String(epoch), holder, String(number), isStart ? 'start' : 'progress']);
}

/** Members that go into, or out of, one timeline's leaf. */
interface LeafChange {
  readonly name: string;
  readonly leafNumber: number;
  readonly members: string[];
}

class CommitWrites {
  hasStarts = false;
  readonly #keys: RedisKeys;
  readonly #partition: number;
  readonly #sets = new KeysAndValues();
  readonly #appends = new KeysAndValues();
  readonly #lastAppends = new KeysAndValues();
  readonly #deletes: string[] = [];
  readonly #names = new KeysAndValues();
  readonly #nameHours: string[] = [];
  readonly #freeNames = new KeysAndValues();
  readonly #removals = new LeafChanges();
  readonly #insertions = new LeafChanges();
  /** By key. */
  readonly #withdrawals = new Map<string, string[]>();
  readonly #additions = new Map<string, string[]>();

  constructor(keys: RedisKeys, partition: number) {
    this.#keys = keys;
    this.#partition = partition;
  }

  addExecution(execution: ExecutionCommit): void {
    const { key, wakeBefore, wakeAfter, entryBefore, entryAfter } = execution;
    if (entryBefore === undefined) this.hasStarts = true;
    this.#addLog(execution);
    if (wakeBefore !== wakeAfter) {
      if (wakeBefore !== undefined) this.#addWakeUp(wakeBefore, key, this.#withdrawals, this.#removals);
      if (wakeAfter !== undefined) this.#addWakeUp(wakeAfter, key, this.#additions, this.#insertions);
    }
    if (entryBefore !== entryAfter) {
      if (entryBefore !== undefined) this.#addEntry(entryBefore, this.#removals);
      this.#addEntry(entryAfter, this.#insertions);
    }
  }

  removeExecution({ entry, lastChunk }: EndedExecution): void {
    const log = this.#keys.log(this.#partition, entry.executionKey);
    for (let chunk = 0; chunk <= lastChunk; chunk++) this.#deletes.push(chunkKey(log, chunk));
    if (lastChunk > 0) this.#deletes.push(lastChunkKey(log));
    this.#addEntry(entry, this.#removals);
  }

  addName({ hash, untilHour }: NameCommit): void {
    const key = this.#keys.takenNames(this.#partition, nameBucket(hash));
    if (untilHour === undefined) this.#freeNames.push(key, bufferOf(hash));
    else {
      this.#names.push(key, bufferOf(hash));
      this.#nameHours.push(String(untilHour));
    }
  }

  addRecord(key: string, value: Uint8Array | undefined): void {
    const names = this.#keys.recordNames(this.#partition, shardOf(key));
    const record = this.#keys.record(this.#partition, key);
    if (value === undefined) {
      this.#deletes.push(record);
      pushTo(this.#withdrawals, names, key);
    } else {
      this.#sets.push(record, bufferOf(value));
      pushTo(this.#additions, names, key);
    }
  }

  #addLog({ key, log, entryAfter }: ExecutionCommit): void {
    const name = this.#keys.log(this.#partition, key);
    const chunk = chunkKey(name, log.chunk);
    const bytes = bufferOf(log.appended);
    if (log.offset === 0) {
      this.#sets.push(chunk, bytes);
      if (log.chunk > 0) this.#sets.push(lastChunkKey(name), String(log.chunk));
    } else if (entryAfter.stopMs !== undefined) this.#lastAppends.push(chunk, bytes);
    else if (bytes.length > 0) this.#appends.push(chunk, bytes);
  }

  #addWakeUp(atMs: number, key: string, active: Map<string, string[]>, later: LeafChanges): void {
    if (atMs === 0) pushTo(active, this.#keys.active(this.#partition, shardOf(key)), key);
    else later.push(this.#keys.wakeUps(this.#partition), atMs, key);
  }

  #addEntry({ executionKey, machineKey, status, startMs, stopMs }: ExecutionEntry, to: LeafChanges): void {
    const text = listingText(machineKey, executionKey, stopMs);
    to.push(this.#keys.listing(this.#partition, machineKey, status), startMs, text);
  }

  /** What goes does so first: it may come back to where it was. */
  encode(header: readonly string[]): EncodedCommit {
    const keys = [this.#keys.lease(this.#partition)];
    const operations: string[] = [];
    const values: (string | Buffer)[] = [];
    for (const [letter, { keys: written, values: bytes }] of [
      ['S', this.#sets],
      ['A', this.#appends],
      ['F', this.#lastAppends],
      ['D', { keys: this.#deletes, values: [] }],
      ['G', this.#freeNames],
    ] as const) {
      for (let from = 0; from < written.length; from += ARGUMENTS_MAX) {
        const to = Math.min(from + ARGUMENTS_MAX, written.length);
        operations.push(letter + (to - from));
        for (const key of written.slice(from, to)) keys.push(key);
        for (const value of bytes.slice(from, to)) values.push(value);
      }
    }
    if (this.#nameHours.length > 0) {
      operations.push(`H${this.#nameHours.length}`);
      keys.push(...this.#names.keys);
      values.push(...this.#names.values, ...this.#nameHours);
    }
    for (const [key, members] of this.#withdrawals) {
      for (const part of parts(members)) {
        operations.push(`X${part.length}`);
        keys.push(key);
        values.push(...part);
      }
    }
    for (const change of this.#removals.all()) pushLeafChange('R', change, operations, keys, values);
    for (const [key, members] of this.#additions) {
      for (const part of parts(members)) {
        operations.push(`Z${part.length}`);
        keys.push(key);
        values.push(...part);
      }
    }
    for (const change of this.#insertions.all()) pushLeafChange('I', change, operations, keys, values);
    return { keys, values: [...header, operations.join(''), ...values] };
  }
}

class LeafChanges {
  readonly #byName = new Map<string, LeafChange[]>();

  push(name: string, atMs: number, text: string): void {
    const leafNumber = timelineLeafNumber(atMs);
    const member = timelineMember(atMs, text);
    let leaves = this.#byName.get(name);
    if (leaves === undefined) {
      leaves = [];
      this.#byName.set(name, leaves);
    }
    // Few: what starts together does so within seconds.
    const change = leaves.findLast((each) => each.leafNumber === leafNumber);
    if (change === undefined) leaves.push({ name, leafNumber, members: [member] });
    else change.members.push(member);
  }

  all(): readonly LeafChange[] {
    return [...this.#byName.values()].flat();
  }
}

class KeysAndValues {
  readonly keys: string[] = [];
  readonly values: (string | Buffer)[] = [];

  push(key: string, value: string | Buffer): void {
    this.keys.push(key);
    this.values.push(value);
  }
}

function pushTo(changes: Map<string, string[]>, key: string, member: string): void {
  const members = changes.get(key);
  if (members === undefined) changes.set(key, [member]);
  else members.push(member);
}

function pushLeafChange(
  letter: 'I' | 'R',
  { name, leafNumber, members }: LeafChange,
  operations: string[],
  keys: string[],
  values: (string | Buffer)[],
): void {
  const { leaf, middle, root, leafMember, middleMember } = timelinePlace(name, leafNumber);
  for (const part of parts(members)) {
    operations.push(letter + part.length);
    keys.push(leaf, middle, root);
    values.push(leafMember, middleMember);
    for (const member of part) values.push(member);
  }
}

function parts(members: readonly string[]): readonly (readonly string[])[] {
  if (members.length <= ARGUMENTS_MAX) return [members];
  const count = Math.ceil(members.length / ARGUMENTS_MAX);
  return Array.from({ length: count }, (_, i) => members.slice(i * ARGUMENTS_MAX, (i + 1) * ARGUMENTS_MAX));
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
