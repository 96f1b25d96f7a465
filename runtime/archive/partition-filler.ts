import { assert } from '../../core/assert.ts';
import { Deaths } from '../partition/deaths.ts';
import { HistoryLedger, type WeighedCommit } from '../partition/history-ledger.ts';
import { HISTORY_DEFAULT } from '../partition/history-policies.ts';
import type { Lease, NameCommit, RecordCommit, Store } from '../ports/store.ts';
import { type ImportMark, importMark, NO_IMPORT_MARK } from './import-mark.ts';

/** What one commit carries at most; a part that is larger goes alone. */
const COMMIT_BYTES_MAX = 2 ** 20;
const COMMIT_PARTS_MAX = 256;

/** What is written at once, and counts as one. */
export interface Part {
  readonly execution?: WeighedCommit;
  readonly records: readonly RecordCommit[];
  readonly name?: NameCommit;
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
  readonly #ledger: HistoryLedger;
  #executions: Map<string, WeighedCommit> = new Map();
  #records: RecordCommit[] = [];
  #names: NameCommit[] = [];
  #gathered = 0;
  #bytes = 0;

  constructor(store: Store, lease: Lease, archive: string, before: ImportMark | undefined) {
    this.#store = store;
    this.#lease = lease;
    this.#archive = archive;
    this.#number = lease.commitNumber;
    this.#parts = before?.parts ?? 0;
    this.#known = this.#parts;
    this.#ledger = new HistoryLedger({
      epoch: lease.epoch,
      partitionCount: store.partitionCount,
      policyOf: () => HISTORY_DEFAULT,
      sharedBytesMax: undefined,
    });
  }

  async add(part: Part): Promise<void> {
    if (this.#known > 0) {
      this.#known--;
      return;
    }
    const { execution, records, name } = part;
    const bytes = bytesOf(part);
    const isAgain = execution !== undefined && this.#executions.has(execution.commit.key);
    const isFull = this.#gathered === COMMIT_PARTS_MAX || this.#bytes + bytes > COMMIT_BYTES_MAX;
    if (this.#gathered > 0 && (isAgain || isFull)) await this.flush();
    if (execution !== undefined) this.#executions.set(execution.commit.key, execution);
    this.#records.push(...records);
    if (name !== undefined) this.#names.push(name);
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
    this.#names = [];
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

  async #commit(weighed: readonly WeighedCommit[], more: readonly RecordCommit[]): Promise<void> {
    const { partition, epoch, holder } = this.#lease;
    const number = this.#number + 1;
    const ended = this.#ledger.weigh(weighed);
    const executions = weighed.map(({ commit }) => commit);
    const changes = { executions, records: [...more, ...(ended?.records ?? [])], names: this.#names };
    await this.#store.commitTurns({ partition, epoch, holder, number, ...changes, hasNewRecords: true });
    this.#number = number;
    ended?.keep();
  }
}

function bytesOf({ execution, records }: Part): number {
  let bytes = execution?.commit.log.appended.length ?? 0;
  for (const { value } of records) bytes += value?.length ?? 0;
  return bytes;
}
