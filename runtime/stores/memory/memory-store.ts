import { strict as assert } from 'node:assert';
import {
  ENDED_STATUSES,
  type EndedExecution,
  type EndedPage,
  type EndedQuery,
  type ExecutionCommit,
  type ExecutionEntry,
  type ExecutionQuery,
  Fenced,
  type HeldLease,
  type Lease,
  type LeaseRequest,
  type LogAppend,
  type LogEnds,
  type NamePage,
  type NameQuery,
  type RecordQuery,
  type StartPosition,
  type Store,
  type StoredRecord,
  type TurnCommit,
  type WakeUp,
  type WakeUpQuery,
} from '../../ports/store.ts';
import { compareKeys } from './key-order.ts';
import { MemoryDisk, type StoredChunk, type StoredExecution } from './memory-disk.ts';

/**
 * The reference: what a store does, without what a real one must do to be fast or durable. For tests and the simulator.
 *
 * Stricter than the other adapters: what a commit says was there before must be what is there, because they rely on it.
 */
export class MemoryStore implements Store {
  readonly #disk: MemoryDisk;
  readonly #now: () => number;
  #closed = false;

  /** `now`: the store's clock. */
  constructor(disk: MemoryDisk = new MemoryDisk(), now: () => number = Date.now) {
    this.#disk = disk;
    this.#now = now;
  }

  get partitionCount(): number {
    return this.#disk.partitionCount;
  }

  async acquireLease({ partition, holder, nodeId, termMs }: LeaseRequest): Promise<Lease | undefined> {
    this.#assertOpen();
    assert(partition < this.partitionCount, `there is no partition ${partition}`);
    const held = this.#disk.leases.get(partition);
    if (held !== undefined && held.untilMs > this.#now()) return undefined;
    const lease = {
      partition,
      holder,
      epoch: (held?.lease.epoch ?? 0) + 1,
      commitNumber: held?.lease.commitNumber ?? 0,
    };
    this.#disk.leases.set(partition, { lease, nodeId, untilMs: this.#now() + termMs });
    return lease;
  }

  async renewLease(lease: Lease, termMs: number): Promise<boolean> {
    this.#assertOpen();
    return this.#prolong(lease, this.#now() + termMs);
  }

  async releaseLease(lease: Lease): Promise<void> {
    this.#assertOpen();
    this.#prolong(lease, 0);
  }

  async readLeases(): Promise<readonly HeldLease[]> {
    this.#assertOpen();
    return [...this.#disk.leases.values()]
      .filter(({ untilMs }) => untilMs > this.#now())
      .map(({ lease, nodeId }) => ({ partition: lease.partition, epoch: lease.epoch, nodeId }));
  }

  /** @returns false: the lease is another's. */
  #prolong({ partition, holder, epoch }: Lease, untilMs: number): boolean {
    const held = this.#disk.leases.get(partition);
    if (held?.lease.holder !== holder || held.lease.epoch !== epoch) return false;
    this.#disk.leases.set(partition, { ...held, untilMs });
    return true;
  }

  async commitTurns(commit: TurnCommit): Promise<void> {
    this.#assertOpen();
    const { partition, epoch, holder, number } = commit;
    const held = this.#disk.leases.get(partition);
    const lease = held?.lease;
    if (held === undefined || lease === undefined || lease.epoch !== epoch || lease.holder !== holder)
      throw new Fenced(partition);
    if (lease.commitNumber === number) return;
    if (lease.commitNumber + 1 !== number) throw new Fenced(partition);

    const executions = commit.executions.map((change) => ({ key: change.key, after: this.#apply(partition, change) }));

    for (const each of commit.removed ?? []) this.#assertRemovable(partition, each);

    for (const { entry } of commit.removed ?? []) this.#disk.executions.delete(entry.executionKey);
    for (const { hash, untilHour } of commit.names ?? []) {
      const name = Buffer.from(hash).toString('hex');
      if (untilHour === undefined) this.#disk.namesOf(partition).delete(name);
      else this.#disk.namesOf(partition).set(name, untilHour);
    }
    for (const { key, after } of executions) this.#disk.executions.set(key, after);
    for (const { key, value } of commit.records) {
      if (value === undefined) this.#disk.recordsOf(partition).delete(key);
      else this.#disk.recordsOf(partition).set(key, value.slice());
    }
    this.#disk.leases.set(partition, { ...held, lease: { ...lease, commitNumber: number } });
  }

  async readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    this.#assertOpen();
    return this.#disk.executions.get(executionKey)?.chunks.map((chunk) => chunk.bytes);
  }

  async readLogEnds(executionKey: string): Promise<LogEnds | undefined> {
    const chunks = await this.readLog(executionKey);
    const first = chunks?.at(0);
    const last = chunks?.at(-1);
    return first === undefined || last === undefined ? undefined : { first, last };
  }

  async listExecutions(query: ExecutionQuery): Promise<readonly ExecutionEntry[]> {
    this.#assertOpen();
    const { machineKey, partition, status, after, limit } = query;
    return [...this.#disk.executions.values()]
      .filter((execution) => partition === undefined || execution.partition === partition)
      .map((execution) => execution.entry)
      .filter((entry) => entry.machineKey === machineKey)
      .filter((entry) => status === undefined || entry.status === status)
      .filter((entry) => after === undefined || compareNewestFirst(after, entry) < 0)
      .sort(compareNewestFirst)
      .slice(0, limit);
  }

  async readWakeUps(query: WakeUpQuery): Promise<readonly WakeUp[]> {
    this.#assertOpen();
    const { partition, untilMs, after, limit } = query;
    const wakeUps: WakeUp[] = [];
    for (const [executionKey, execution] of this.#disk.executions) {
      const atMs = execution.wakeAtMs;
      if (execution.partition === partition && atMs !== undefined && atMs <= untilMs)
        wakeUps.push({ atMs, executionKey });
    }
    return wakeUps
      .filter((wakeUp) => after === undefined || compareWakeUps(after, wakeUp) < 0)
      .sort(compareWakeUps)
      .slice(0, limit);
  }

  async readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    return this.#disk.recordsOf(partition).get(key);
  }

  async readRecords(query: RecordQuery): Promise<readonly StoredRecord[]> {
    this.#assertOpen();
    const { partition, prefix, after, limit } = query;
    return [...this.#disk.recordsOf(partition)]
      .map(([key, value]) => ({ key, value }))
      .filter(({ key }) => key.startsWith(prefix) && (after === undefined || compareKeys(after, key) < 0))
      .sort((left, right) => compareKeys(left.key, right.key))
      .slice(0, limit);
  }

  async readEnded(query: EndedQuery): Promise<EndedPage> {
    this.#assertOpen();
    const { partition, machineKey, stoppedUntilMs, limit, after } = query;
    const seen = [...this.#disk.executions.values()]
      .filter((execution) => execution.partition === partition)
      .filter(({ entry }) => entry.machineKey === machineKey && ENDED_STATUSES.includes(entry.status))
      .filter(({ entry }) => entry.startMs <= stoppedUntilMs)
      .filter(({ entry }) => after === undefined || compareNewestFirst(after, entry) > 0)
      .sort((left, right) => compareNewestFirst(right.entry, left.entry))
      .slice(0, limit);
    return {
      executions: seen
        .map(({ entry, chunks }) => ({ entry, lastChunk: chunks.at(-1)?.number ?? 0 }))
        .filter(({ entry: { stopMs } }) => stopMs !== undefined && stopMs <= stoppedUntilMs),
      next: seen.length < limit ? undefined : seen.at(-1)?.entry,
    };
  }

  async readName(partition: number, hash: Uint8Array): Promise<number | undefined> {
    this.#assertOpen();
    return this.#disk.namesOf(partition).get(Buffer.from(hash).toString('hex'));
  }

  async readNames({ partition, limit, after }: NameQuery): Promise<NamePage> {
    this.#assertOpen();
    const last = after === undefined ? '' : Buffer.from(after).toString('hex');
    const names = [...this.#disk.namesOf(partition)]
      .filter(([hash]) => hash > last)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .slice(0, limit)
      .map(([hash, untilHour]) => ({ hash: new Uint8Array(Buffer.from(hash, 'hex')), untilHour }));
    return { names, next: names.length < limit ? undefined : names.at(-1)?.hash };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** What the execution is after the change; throws before anything is written when the change does not fit. */
  #apply(partition: number, change: ExecutionCommit): StoredExecution {
    const stored = this.#disk.executions.get(change.key);
    assert.deepEqual(change.entryBefore, stored?.entry, `${change.key}: entryBefore is not what is stored`);
    assert.equal(change.wakeBefore, stored?.wakeAtMs, `${change.key}: wakeBefore is not what is stored`);
    const chunks = appendToLog(stored?.chunks ?? [], change.log);
    return { partition, chunks, wakeAtMs: change.wakeAfter, entry: change.entryAfter };
  }

  #assertRemovable(partition: number, { entry, lastChunk }: EndedExecution): void {
    const stored = this.#disk.executions.get(entry.executionKey);
    const known = { partition, entry, wakeAtMs: undefined, lastChunk };
    const found = stored && {
      partition: stored.partition,
      entry: stored.entry,
      wakeAtMs: stored.wakeAtMs,
      lastChunk: stored.chunks.at(-1)?.number,
    };
    assert.deepEqual(found, known, `${entry.executionKey}: is not what is to go`);
  }

  #assertOpen(): void {
    assert(!this.#closed, 'the store is closed');
  }
}

function appendToLog(chunks: readonly StoredChunk[], { chunk, offset, appended }: LogAppend): readonly StoredChunk[] {
  const last = chunks.at(-1);
  if (last === undefined || chunk !== last.number) {
    assert(chunk > (last?.number ?? -1) && offset === 0, `chunk ${chunk} is not the last one, and not new`);
    return [...chunks, { number: chunk, bytes: appended.slice() }];
  }
  assert.equal(offset, last.bytes.length, `chunk ${chunk} does not end where the append begins`);
  return [...chunks.slice(0, -1), { number: chunk, bytes: new Uint8Array(Buffer.concat([last.bytes, appended])) }];
}

function compareNewestFirst(left: StartPosition, right: StartPosition): number {
  return right.startMs - left.startMs || compareKeys(right.executionKey, left.executionKey);
}

function compareWakeUps(left: WakeUp, right: WakeUp): number {
  return left.atMs - right.atMs || compareKeys(left.executionKey, right.executionKey);
}
