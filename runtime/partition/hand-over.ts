import type { RecordCommit, Store } from '../ports/store.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';

/** Key of the record in which an owner that leaves says what goes on elsewhere. */
export const HAND_OVER = 'hand-over';

/**
 * What goes on elsewhere when a partition is handed over: a node that stops owning it goes on with the functions it
 * runs, and sends their results through the mailbox. The next owner dispatches them again only when that node is gone.
 */
export interface WorkElsewhere {
  readonly nodeId: string;
  /** Attempts: execution key, task number. */
  readonly attempts: readonly (readonly [executionKey: string, taskNumber: number])[];
  /** Records of Express starts that run there. */
  readonly starts: readonly string[];
}

/** The last thing an owner writes. */
export function handOverRecord(work: readonly WorkElsewhere[]): RecordCommit {
  return { key: HAND_OVER, value: packRecord({ work }) };
}

/** The first thing the next owner reads; empty where the last one did not hand over. */
export async function readHandOver(store: Store, partition: number): Promise<readonly WorkElsewhere[]> {
  const bytes = await store.readRecord(partition, HAND_OVER);
  return bytes === undefined ? [] : unpackRecord<{ work: WorkElsewhere[] }>(bytes).work;
}

/** It has been taken up: what this owner leaves when it dies is for the next one to dispatch. */
export const TAKEN_UP: RecordCommit = { key: HAND_OVER, value: undefined };

/** What an owner that hands over does itself, or has begun again. */
export interface OwnWork {
  readonly nodeId: string;
  /** Attempts of all executions in memory, also those that run elsewhere. */
  readonly attempts: Iterable<readonly [executionKey: string, taskNumber: number]>;
  readonly starts: Iterable<string>;
  /** Whether all that was under way is in memory. */
  readonly isRecovered: boolean;
}

interface NodeWork {
  /** By name, so that none is there twice. */
  readonly attempts: Map<string, readonly [executionKey: string, taskNumber: number]>;
  readonly starts: Set<string>;
}

/** Work of the executions of a partition that other nodes do, as this node knows it. */
export class ElsewhereWork {
  readonly #work: Map<string, NodeWork> = new Map();
  /** The node of an attempt's name, or of a start's record. */
  readonly #nodes: Map<string, string> = new Map();
  /** What this owner has come upon in its recovery, and has left to its node. */
  readonly #leftToNode: Set<string> = new Set();

  constructor(work: readonly WorkElsewhere[]) {
    for (const { nodeId, attempts, starts } of work) {
      for (const attempt of attempts) addAttempt(this.#work, nodeId, attempt);
      for (const start of starts) addStart(this.#work, nodeId, start);
    }
    for (const [nodeId, { attempts, starts }] of this.#work) {
      for (const name of [...attempts.keys(), ...starts]) this.#nodes.set(name, nodeId);
    }
  }

  /** An attempt is found under way. @returns whether it is left to another node; else it is this one's to dispatch. */
  leaveAttempt(executionKey: string, taskNumber: number): boolean {
    return this.#nodes.size > 0 && this.#leave(attemptName([executionKey, taskNumber]));
  }

  /** A start is found under way. @returns whether it is left to another node; else it is this one's to run. */
  leaveStart(record: string): boolean {
    return this.#leave(record);
  }

  #leave(name: string): boolean {
    if (!this.#nodes.has(name)) return false;
    this.#leftToNode.add(name);
    return true;
  }

  /** It is over. Its node stays known: whoever has read the record before it went does not take it for left behind. */
  startEnded(record: string): void {
    const nodeId = this.#nodes.get(record);
    if (nodeId !== undefined) this.#work.get(nodeId)?.starts.delete(record);
  }

  /** The nodes that do any of it. */
  get nodes(): ReadonlySet<string> {
    return new Set(this.#work.keys());
  }

  /** A node is gone. @returns what was left to it; what the recovery has not come to yet it finds as nobody's. */
  takeBack(nodeId: string): WorkElsewhere {
    const { attempts, starts } = workOf(this.#work, nodeId);
    this.#work.delete(nodeId);
    for (const [name, node] of this.#nodes) if (node === nodeId) this.#nodes.delete(name);
    return {
      nodeId,
      attempts: [...attempts].filter(([name]) => this.#leftToNode.has(name)).map(([, attempt]) => attempt),
      starts: [...starts].filter((record) => this.#leftToNode.has(record)),
    };
  }

  /**
   * What the next owner has to know. Of attempts elsewhere those in memory are under way, and the others are over; before
   * all is in memory nobody can tell, and all are passed on: of one that is over nothing comes.
   */
  passOn({ nodeId: own, attempts, starts, isRecovered }: OwnWork): WorkElsewhere[] {
    const left: Map<string, NodeWork> = new Map();
    for (const [nodeId, work] of this.#work) {
      if (!isRecovered) for (const attempt of work.attempts.values()) addAttempt(left, nodeId, attempt);
      for (const start of work.starts) addStart(left, nodeId, start);
    }
    for (const attempt of attempts) addAttempt(left, this.#nodes.get(attemptName(attempt)) ?? own, attempt);
    for (const start of starts) addStart(left, own, start);
    return [...left].map(([nodeId, work]) => {
      return { nodeId, attempts: [...work.attempts.values()], starts: [...work.starts] };
    });
  }
}

function addAttempt(work: Map<string, NodeWork>, nodeId: string, attempt: readonly [string, number]): void {
  workOf(work, nodeId).attempts.set(attemptName(attempt), attempt);
}

function addStart(work: Map<string, NodeWork>, nodeId: string, record: string): void {
  workOf(work, nodeId).starts.add(record);
}

function workOf(work: Map<string, NodeWork>, nodeId: string): NodeWork {
  const known = work.get(nodeId) ?? { attempts: new Map(), starts: new Set() };
  work.set(nodeId, known);
  return known;
}

function attemptName([executionKey, taskNumber]: readonly [string, number]): string {
  return `${taskNumber} ${executionKey}`;
}
