import type { RecordCommit, Store } from '../ports/store.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';

const RECORD = 'hand-over';

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
  return { key: RECORD, value: packRecord({ work }) };
}

/** The first thing the next owner reads; empty where the last one did not hand over. */
export async function readHandOver(store: Store, partition: number): Promise<readonly WorkElsewhere[]> {
  const bytes = await store.readRecord(partition, RECORD);
  return bytes === undefined ? [] : unpackRecord<{ work: WorkElsewhere[] }>(bytes).work;
}

/** It has been taken up: what this owner leaves when it dies is for the next one to dispatch. */
export const TAKEN_UP: RecordCommit = { key: RECORD, value: undefined };

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

  constructor(work: readonly WorkElsewhere[]) {
    for (const { nodeId, attempts, starts } of work) {
      for (const attempt of attempts) addAttempt(this.#work, nodeId, attempt);
      for (const start of starts) addStart(this.#work, nodeId, start);
    }
    for (const [nodeId, { attempts, starts }] of this.#work) {
      for (const name of [...attempts.keys(), ...starts]) this.#nodes.set(name, nodeId);
    }
  }

  /** The node that does it; undefined: this one. */
  nodeOfAttempt(executionKey: string, taskNumber: number): string | undefined {
    return this.#nodes.size === 0 ? undefined : this.#nodes.get(attemptName([executionKey, taskNumber]));
  }

  nodeOfStart(record: string): string | undefined {
    return this.#nodes.get(record);
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

  /** A node is gone: what it did, if that is not over, is to be done again. */
  takeBack(nodeId: string): WorkElsewhere {
    const work = this.#work.get(nodeId);
    this.#work.delete(nodeId);
    for (const [name, node] of this.#nodes) if (node === nodeId) this.#nodes.delete(name);
    return { nodeId, attempts: [...(work?.attempts.values() ?? [])], starts: [...(work?.starts ?? [])] };
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
    for (const attempt of attempts) addAttempt(left, this.nodeOfAttempt(...attempt) ?? own, attempt);
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
