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

/** Work of the executions of a partition that other nodes do, as this node knows it. */
export class ElsewhereWork {
  readonly #work: Map<string, WorkElsewhere> = new Map();
  readonly #nodes: Map<string, string> = new Map();

  constructor(work: readonly WorkElsewhere[]) {
    for (const each of work) {
      const { nodeId, attempts, starts } = each;
      this.#work.set(nodeId, each);
      for (const [key, taskNumber] of attempts) this.#nodes.set(attemptName(key, taskNumber), nodeId);
      for (const start of starts) this.#nodes.set(start, nodeId);
    }
  }

  /** The node that does it; undefined: this one. */
  nodeOfAttempt(executionKey: string, taskNumber: number): string | undefined {
    return this.#nodes.size === 0 ? undefined : this.#nodes.get(attemptName(executionKey, taskNumber));
  }

  nodeOfStart(record: string): string | undefined {
    return this.#nodes.get(record);
  }

  /** Records of Express starts, each with its node. */
  *starts(): Iterable<readonly [record: string, nodeId: string]> {
    for (const { nodeId, starts } of this.#work.values()) for (const start of starts) yield [start, nodeId];
  }

  /** The nodes that do any of it. */
  get nodes(): ReadonlySet<string> {
    return new Set(this.#work.keys());
  }

  /** A node is gone: what it did, if that is not over, is to be done again. */
  takeBack(nodeId: string): WorkElsewhere | undefined {
    const work = this.#work.get(nodeId);
    this.#work.delete(nodeId);
    for (const [name, node] of this.#nodes) if (node === nodeId) this.#nodes.delete(name);
    return work;
  }
}

function attemptName(executionKey: string, taskNumber: number): string {
  return `${taskNumber} ${executionKey}`;
}
