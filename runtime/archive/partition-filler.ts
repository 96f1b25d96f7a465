import { assert } from '../../core/assert.ts';
import { Deaths } from '../partition/deaths.ts';
import type { ExecutionCommit, Lease, RecordCommit, Store } from '../ports/store.ts';
import { type ImportMark, importMark, NO_IMPORT_MARK } from './import-mark.ts';

/** What one commit carries at most; a part that is larger goes alone. */
const COMMIT_BYTES_MAX = 2 ** 20;
const COMMIT_PARTS_MAX = 256;

/** What is written at once, and counts as one. */
export interface Part {
  readonly execution?: ExecutionCommit;
  readonly records: readonly RecordCommit[];
}

/** Writes what an import has for one partition, in the order of the archive; what an earlier one has written is passed over. */
export class PartitionFiller {
  readonly #store: Store;
  readonly #lease: Lease;
  readonly #archive: string;
  #number: number;
  /** That are there, and that an earlier import has left to pass over. */
  #parts: number;
  #known: number;
  #executions: Map<string, ExecutionCommit> = new Map();
  #records: RecordCommit[] = [];
  #gathered = 0;
  #bytes = 0;

  constructor(store: Store, lease: Lease, archive: string, before: ImportMark | undefined) {
    this.#store = store;
    this.#lease = lease;
    this.#archive = archive;
    this.#number = lease.commitNumber;
    this.#parts = before?.parts ?? 0;
    this.#known = this.#parts;
  }

  async add(part: Part): Promise<void> {
    if (this.#known > 0) {
      this.#known--;
      return;
    }
    const { execution, records } = part;
    const bytes = bytesOf(part);
    const isAgain = execution !== undefined && this.#executions.has(execution.key);
    const isFull = this.#gathered === COMMIT_PARTS_MAX || this.#bytes + bytes > COMMIT_BYTES_MAX;
    if (this.#gathered > 0 && (isAgain || isFull)) await this.flush();
    if (execution !== undefined) this.#executions.set(execution.key, execution);
    this.#records.push(...records);
    this.#gathered++;
    this.#bytes += bytes;
  }

  /** Resolves when all that was added is durable. */
  async flush(): Promise<void> {
    if (this.#gathered === 0) return;
    this.#parts += this.#gathered;
    await this.#commit([...this.#executions.values()], [...this.#records, this.#mark()]);
    this.#executions = new Map();
    this.#records = [];
    this.#gathered = 0;
    this.#bytes = 0;
  }

  /** Says that an import has begun. */
  begin(): Promise<void> {
    return this.#commit([], [this.#mark()]);
  }

  /** All is there: the first owner finds what one leaves that has stopped in order. */
  async complete(): Promise<void> {
    assert(this.#known === 0, 'an archive has all that an earlier import of it has written');
    await this.flush();
    await this.#commit([], [Deaths.stopped]);
  }

  /** Says that the import is over. */
  end(): Promise<void> {
    return this.#commit([], [NO_IMPORT_MARK]);
  }

  #mark(): RecordCommit {
    return importMark({ archive: this.#archive, parts: this.#parts });
  }

  async #commit(executions: readonly ExecutionCommit[], records: readonly RecordCommit[]): Promise<void> {
    const { partition, epoch, holder } = this.#lease;
    const number = this.#number + 1;
    await this.#store.commitTurns({ partition, epoch, holder, number, executions, records, hasNewRecords: true });
    this.#number = number;
  }
}

function bytesOf({ execution, records }: Part): number {
  let bytes = execution?.log.appended.length ?? 0;
  for (const { value } of records) bytes += value?.length ?? 0;
  return bytes;
}
