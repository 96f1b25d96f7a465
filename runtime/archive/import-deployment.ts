import { isBranchKey, machineKeyOfExecution, rootKeyOf } from '../actor/execution-key.ts';
import { keptRelease } from '../actor/kept-release.ts';
import { DEAD_LETTERS, inheritedStartKey } from '../express/express-starts.ts';
import { deathRecord } from '../partition/deaths.ts';
import { importedMessage } from '../partition/imported-messages.ts';
import { loadExecution, type ProgramOf } from '../partition/load.ts';
import { unpackEnvelope } from '../partition/mailbox-message.ts';
import { partitionOfName } from '../partition/name-hash.ts';
import { partitionOf, REGISTRY_PARTITION } from '../partition/placement.ts';
import type { ExecutionEntry, Lease, Store } from '../ports/store.ts';
import { type CheckedArchive, readArchive } from './archive-file.ts';
import type { ArchivedExecution, ArchiveItem } from './archive-item.ts';
import { ImportUnfinished, readImportMark } from './import-mark.ts';
import { PartitionFiller } from './partition-filler.ts';

/** There is something in the deployment already. */
export class DeploymentNotEmpty extends Error {
  override readonly name = 'DeploymentNotEmpty';
}

/**
 * Fills an empty deployment, whose leases are held, with what an archive has; goes on where an earlier import of the same
 * archive was cut. Each thing goes to the partition where its owner looks for it.
 *
 * What was under way is left as a process leaves it that has stopped in order: the first owner takes it up.
 *
 * @throws {DeploymentNotEmpty}
 * @throws {ImportUnfinished} an import of another archive was cut here.
 * @throws {ArchiveDamaged} the archive has changed since it was checked.
 * @throws {StoreFull}
 */
export async function importItems(
  archive: CheckedArchive,
  store: Store,
  leases: readonly Lease[],
  programOf: ProgramOf,
  tell: (item: ArchiveItem) => void,
): Promise<void> {
  const fillers = await fillersOf(archive, store, leases);
  const importer = new Importer(fillers, programOf);
  for await (const item of readArchive(archive)) {
    await importer.take(item);
    tell(item);
  }
  for (const filler of fillers) await filler.complete();
  for (const filler of fillers) await filler.end(); // the first is the registry's: from there on it is whole
}

async function fillersOf(archive: CheckedArchive, store: Store, leases: readonly Lease[]): Promise<PartitionFiller[]> {
  const begun = await readImportMark(store, REGISTRY_PARTITION);
  if (begun === undefined && leases.some(({ commitNumber }) => commitNumber > 0))
    throw new DeploymentNotEmpty('there is something in it already');
  if (begun !== undefined && begun.archive !== archive.id)
    throw new ImportUnfinished('an import of another archive was cut there: only with that one can it go on');
  const fillers: PartitionFiller[] = [];
  for (const lease of leases) {
    const mark = await readImportMark(store, lease.partition);
    fillers.push(new PartitionFiller(store, lease, archive.id, mark));
  }
  if (begun === undefined) await fillers[REGISTRY_PARTITION]?.begin();
  return fillers;
}

class Importer {
  readonly #fillers: readonly PartitionFiller[];
  readonly #programOf: ProgramOf;
  #messages = 0;
  #isRegistryThere = false;

  constructor(fillers: readonly PartitionFiller[], programOf: ProgramOf) {
    this.#fillers = fillers;
    this.#programOf = programOf;
  }

  async take(item: ArchiveItem): Promise<void> {
    switch (item.type) {
      case 'record':
        await this.#fillers[REGISTRY_PARTITION]?.add({ records: [item] });
        break;
      case 'execution':
        await this.#takeExecution(item);
        break;
      case 'start': {
        const key = item.isDead ? DEAD_LETTERS + item.name : inheritedStartKey(item.name);
        const deaths = item.deaths > 0 ? [deathRecord(key, item.deaths)] : [];
        await this.#at(key).add({ records: [{ key, value: item.value }, ...deaths] });
        break;
      }
      case 'release':
        await this.#at(rootKeyOf(item.branchKey)).add({ records: [keptRelease(item.branchKey)] });
        break;
      case 'name':
        await this.#atPartition(partitionOfName(item.hash, this.#fillers.length)).add({ records: [], name: item });
        break;
      case 'message':
        await this.#takeMessage(item.bytes);
        break;
    }
  }

  async #takeMessage(bytes: Uint8Array): Promise<void> {
    const envelope = unpackEnvelope(bytes);
    if ('endedStart' in envelope) return; // exported with the start
    await this.#at(envelope.executionKey).add({ records: [importedMessage(this.#messages++, bytes)] });
  }

  /** A chunk of its log at a time. */
  async #takeExecution(item: ArchivedExecution): Promise<void> {
    const { key, status, startMs, stopMs, chunks, deaths } = item;
    const filler = this.#at(key);
    const entry: ExecutionEntry = {
      executionKey: key,
      machineKey: machineKeyOfExecution(key),
      status,
      startMs,
      stopMs,
    };
    const wakeMs = await this.#wakeMsOf(item);
    const logBytes = chunks.reduce((bytes, chunk) => bytes + chunk.length, 0);
    for (const [chunk, appended] of chunks.entries()) {
      await filler.add({
        execution: {
          commit: {
            key,
            log: { chunk, offset: 0, appended },
            wakeBefore: chunk === 0 ? undefined : wakeMs,
            wakeAfter: wakeMs,
            entryBefore: chunk === 0 ? undefined : entry,
            entryAfter: entry,
          },
          logBytes,
        },
        records: chunk === 0 && deaths > 0 ? [deathRecord(key, deaths)] : [],
      });
    }
  }

  /**
   * When its next owner, who folds it too, will take it that the store wakes it. One that cannot be read is woken at once:
   * that owner says what is wrong with it.
   */
  async #wakeMsOf({ key, stopMs, chunks }: ArchivedExecution): Promise<number | undefined> {
    if (stopMs !== undefined && !isBranchKey(key)) return undefined;
    if (!this.#isRegistryThere) await this.#fillers[REGISTRY_PARTITION]?.flush();
    this.#isRegistryThere = true; // it stands first
    try {
      const log = { readLog: async () => chunks };
      return (await loadExecution(log, key, machineKeyOfExecution(key), this.#programOf))?.stored.wakeMs;
    } catch {
      return 0;
    }
  }

  #at(key: string): PartitionFiller {
    return this.#atPartition(partitionOf(key, this.#fillers.length));
  }

  #atPartition(partition: number): PartitionFiller {
    const filler = this.#fillers[partition];
    if (filler === undefined) throw new RangeError(`there is no partition ${partition}`);
    return filler;
  }
}
