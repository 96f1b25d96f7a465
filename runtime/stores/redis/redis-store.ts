import {
  type EndedPage,
  type EndedQuery,
  type ExecutionEntry,
  type ExecutionQuery,
  Fenced,
  type HeldLease,
  type Lease,
  type LeaseRequest,
  type LogEnds,
  type NamePage,
  type NameQuery,
  type RecordQuery,
  type Store,
  type StoredRecord,
  StoreUnavailable,
  type TurnCommit,
  type WakeUp,
  type WakeUpQuery,
} from '../../ports/store.ts';
import { encodeCommit } from './encode-commit.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisKeys } from './redis-keys.ts';
import { RedisQueries } from './redis-queries.ts';
import { ACQUIRE_LEASE } from './scripts/acquire-lease.ts';
import { COMMIT_FENCED, COMMIT_TURNS } from './scripts/commit-turns.ts';
import { PROLONG_LEASE } from './scripts/prolong-lease.ts';
import { READ_LEASE } from './scripts/read-lease.ts';

/** How long a commit waits for its replicas before it asks again. Below what a command may take. */
const REPLICAS_WAIT_MS = 1_000;

export interface RedisStoreOptions {
  readonly partitionCount: number;
  /** Undefined: a commit counts when Redis has it. */
  readonly replication: Replication | undefined;
}

export interface Replication {
  /** So many replicas have a commit before it counts. */
  readonly replicas: number;
  /** For commits alone: WAIT blocks its connection, and leases and reads are not to wait with it. */
  readonly connection: RedisConnection;
}

/**
 * Partitions in Redis: each in one slot, each commit one script.
 *
 * A commit without an answer is sent again under its number: Redis knows whether it has it. That ends with the lease's
 * term, counted from before it was asked for: then the owner gives up the partition, and whoever loads it sees what
 * became of the commit.
 */
export class RedisStore implements Store {
  readonly partitionCount: number;
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #queries: RedisQueries;
  readonly #replication: Replication | undefined;
  /** By partition: when the term of the lease that this process holds, or held, is over; by `performance.now()`. */
  readonly #termEndsMs = new Map<number, number>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(connection: RedisConnection, keys: RedisKeys, { partitionCount, replication }: RedisStoreOptions) {
    this.partitionCount = partitionCount;
    this.#connection = connection;
    this.#keys = keys;
    this.#queries = new RedisQueries(connection, keys, partitionCount);
    this.#replication = replication;
  }

  async acquireLease({ partition, holder, nodeId, termMs }: LeaseRequest): Promise<Lease | undefined> {
    const keys = [this.#keys.lease(partition)];
    const startMs = performance.now();
    const answer = await this.#connection.patiently(() =>
      this.#connection.run(ACQUIRE_LEASE, keys, [holder, nodeId, String(termMs)]),
    );
    if (!Array.isArray(answer)) return undefined;
    const [epoch, commitNumber] = answer.map(Number);
    this.#termEndsMs.set(partition, startMs + termMs);
    return { partition, holder, epoch: epoch ?? 0, commitNumber: commitNumber ?? 0 };
  }

  async renewLease(lease: Lease, termMs: number): Promise<boolean> {
    const startMs = performance.now();
    const isHeld = await this.#prolong(lease, termMs);
    if (isHeld) this.#termEndsMs.set(lease.partition, startMs + termMs);
    return isHeld;
  }

  async releaseLease(lease: Lease): Promise<void> {
    await this.#prolong(lease, 0);
  }

  async #prolong({ partition, epoch, holder }: Lease, termMs: number): Promise<boolean> {
    const keys = [this.#keys.lease(partition)];
    const answer = await this.#connection.patiently(() =>
      this.#connection.run(PROLONG_LEASE, keys, [String(epoch), holder, String(termMs)]),
    );
    return answer === 1;
  }

  async readLeases(): Promise<readonly HeldLease[]> {
    const read = async (partition: number): Promise<readonly HeldLease[]> => {
      const keys = [this.#keys.lease(partition)];
      const answer = await this.#connection.patiently(() => this.#connection.run(READ_LEASE, keys, []));
      return Array.isArray(answer) ? [{ partition, epoch: Number(answer[0]), nodeId: String(answer[1]) }] : [];
    };
    const partitions = Array.from({ length: this.partitionCount }, (_, partition) => partition);
    return (await Promise.all(partitions.map(read))).flat();
  }

  commitTurns(commit: TurnCommit): Promise<void> {
    const written = this.#commit(commit);
    this.#underWay.add(written);
    const end = (): unknown => this.#underWay.delete(written);
    written.then(end, end);
    return written;
  }

  async #commit(commit: TurnCommit): Promise<void> {
    const { partition } = commit;
    const { keys, values } = encodeCommit(this.#keys, commit);
    const goesOn = (): boolean => performance.now() < (this.#termEndsMs.get(partition) ?? 0);
    try {
      const answer = await this.#connection.insist(() => this.#send(keys, values), goesOn);
      if (answer === COMMIT_FENCED) throw new Fenced(partition);
    } catch (error) {
      throw error instanceof StoreUnavailable ? new Fenced(partition, { cause: error }) : error;
    }
  }

  async #send(keys: readonly string[], values: readonly (string | Buffer)[]): Promise<unknown> {
    if (this.#replication === undefined) return this.#connection.run(COMMIT_TURNS, keys, values);
    const { connection, replicas } = this.#replication;
    return connection.runAndReplicate(COMMIT_TURNS, keys, values, { replicas, waitMs: REPLICAS_WAIT_MS });
  }

  readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    return this.#queries.readLog(executionKey);
  }

  readLogEnds(executionKey: string): Promise<LogEnds | undefined> {
    return this.#queries.readLogEnds(executionKey);
  }

  listExecutions(query: ExecutionQuery): Promise<readonly ExecutionEntry[]> {
    return this.#queries.listExecutions(query);
  }

  readWakeUps(query: WakeUpQuery): Promise<readonly WakeUp[]> {
    return this.#queries.readWakeUps(query);
  }

  readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    return this.#queries.readRecord(partition, key);
  }

  readRecords(query: RecordQuery): Promise<readonly StoredRecord[]> {
    return this.#queries.readRecords(query);
  }

  readEnded(query: EndedQuery): Promise<EndedPage> {
    return this.#queries.readEnded(query);
  }

  readName(partition: number, hash: Uint8Array): Promise<number | undefined> {
    return this.#queries.readName(partition, hash);
  }

  readNames(query: NameQuery): Promise<NamePage> {
    return this.#queries.readNames(query);
  }

  /** Ends its connections: what else was opened with them ends, too. */
  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#underWay).then(() => {
      this.#replication?.connection.close();
      this.#connection.close();
    });
    return this.#closing;
  }
}
