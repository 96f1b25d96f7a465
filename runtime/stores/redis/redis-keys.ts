import { createHash } from 'node:crypto';
import type { ExecutionStatus } from '../../ports/store.ts';

/**
 * Names of the keys in Redis. All of a partition have its hash tag, `{rs:12}`, and lie in one slot. Behind it a letter:
 *
 * - L: the lease, a hash.
 * - e…: an execution's log: the first chunk; with `:1`, `:2` … behind it the further ones, with `:` the number of the last.
 * - w…: its wake-ups, a timeline (timeline.ts) of executions; a0 … a3: those at 0, shared out by execution.
 * - l…: a listing, a timeline of the executions of a state machine in a status.
 * - r…: a record's value; i0 … i3: the names of the records, shared out by name.
 * - t…: names that stay taken, a hash (taken-names.ts).
 * - m: the mailbox, a stream; n: the channel that says that it has got something.
 * - o…: an attempt that ran elsewhere is over.
 * - N: the nodes (partition 0 only); S: what was set up; K: the secret that nodes share (partition 0 only).
 *
 * What is a node's own has the hash tag `{rs:node:ID}`: p: replies to it; o…: an attempt that it ran elsewhere is over.
 */
export class RedisKeys {
  readonly #prefix: string;
  readonly #digests = new Map<string, string>();
  /** Executions of one state machine come in rows. */
  #lastShared = '';
  #lastDigest: string;

  /** `prefix`: apart from other deployments, and whatever else is in that Redis. */
  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#lastDigest = this.#digest('');
  }

  setUp(): string {
    return `${this.#tag(0)}S`;
  }

  nodeSecret(): string {
    return `${this.#tag(0)}K`;
  }

  nodes(): string {
    return `${this.#tag(0)}N`;
  }

  lease(partition: number): string {
    return `${this.#tag(partition)}L`;
  }

  mailbox(partition: number): string {
    return `${this.#tag(partition)}m`;
  }

  news(partition: number): string {
    return `${this.#tag(partition)}n`;
  }

  /** Set while it is known that an attempt is over. `attemptId`: the hash of its token. */
  over(partition: number, attemptId: string): string {
    return `${this.#tag(partition)}o${attemptId}`;
  }

  /** What attempts of Express executions in a node's memory have reported, a list. */
  replies(node: string): string {
    return `{${this.#prefix}:node:${node}}p`;
  }

  /** As `over`, for those. */
  repliedTo(node: string, attemptId: string): string {
    return `{${this.#prefix}:node:${node}}o${attemptId}`;
  }

  /** The first chunk of an execution's log. What its key has in common with others of its state machine is a digest. */
  log(partition: number, executionKey: string): string {
    const end = executionKey.lastIndexOf(':') + 1;
    if (end !== this.#lastShared.length || !executionKey.startsWith(this.#lastShared)) {
      this.#lastShared = executionKey.slice(0, end);
      this.#lastDigest = this.#digest(this.#lastShared);
    }
    return `${this.#tag(partition)}e${this.#lastDigest}${executionKey.slice(end)}`;
  }

  wakeUps(partition: number): string {
    return `${this.#tag(partition)}w`;
  }

  active(partition: number, shard: number): string {
    return `${this.#tag(partition)}a${shard}`;
  }

  listing(partition: number, machineKey: string, status: ExecutionStatus): string {
    return `${this.#tag(partition)}l${this.#digest(machineKey)}${STATUS_LETTERS[status]}`;
  }

  record(partition: number, key: string): string {
    return `${this.#tag(partition)}r${key}`;
  }

  recordNames(partition: number, shard: number): string {
    return `${this.#tag(partition)}i${shard}`;
  }

  /** Some of the names that stay taken. */
  takenNames(partition: number, bucket: number): string {
    return `${this.#tag(partition)}t${bucket.toString(36)}`;
  }

  #tag(partition: number): string {
    return `{${this.#prefix}:${partition}}`;
  }

  #digest(text: string): string {
    const known = this.#digests.get(text);
    if (known !== undefined) return known;
    const digest = createHash('sha1').update(text).digest().subarray(0, DIGEST_BYTES).toString('base64url');
    if (this.#digests.size === DIGESTS_MAX) this.#digests.clear();
    this.#digests.set(text, digest);
    return digest;
  }
}

/** 96 bits: nobody finds two that are alike. */
const DIGEST_BYTES = 12;
/** State machines whose digest is kept. */
const DIGESTS_MAX = 10_000;

/** Keys that share out what has no time to lie at: few, so that what one commit writes goes into few. */
export const SHARDS = 4;

/** Which shard a name is in: stored data depend on it. */
export function shardOf(name: string): number {
  const last = name.length - 1;
  return (7 * (name.charCodeAt(last) || 0) + (name.charCodeAt(last - 1) || 0)) % SHARDS;
}

/** The key of a further chunk of a log. */
export function chunkKey(log: string, chunk: number): string {
  return chunk === 0 ? log : `${log}:${chunk}`;
}

/** The key of the number of a log's last chunk; absent: it has one. */
export function lastChunkKey(log: string): string {
  return `${log}:`;
}

/** Append only: the letters are stored. */
const STATUS_LETTERS: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: 'r',
  SUCCEEDED: 's',
  FAILED: 'f',
  TIMED_OUT: 't',
  ABORTED: 'a',
  PENDING_REDRIVE: 'p',
};

export const STATUSES = Object.keys(STATUS_LETTERS) as ExecutionStatus[]; // the keys of a Record over them
