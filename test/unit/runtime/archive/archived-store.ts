import { join } from 'node:path';
import {
  ArchiveWriter,
  type CheckedArchive,
  checkArchive,
  readArchive,
} from '../../../../runtime/archive/archive-file.ts';
import type { ArchiveItem } from '../../../../runtime/archive/archive-item.ts';
import { itemsOf } from '../../../../runtime/archive/deployment-items.ts';
import { HeldDeployment } from '../../../../runtime/archive/held-deployment.ts';
import { importItems } from '../../../../runtime/archive/import-deployment.ts';
import type { Mailboxes } from '../../../../runtime/ports/mailboxes.ts';
import type { Store } from '../../../../runtime/ports/store.ts';
import { StateMachines } from '../../../../runtime/state-machines.ts';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemClock } from '../../../../runtime/system-clock.ts';
import { systemRandom } from '../../../../runtime/system-random.ts';
import { createDirectory } from '../../../store/temporary-directory.ts';

/** Writes an archive with these items into a file. */
export async function writeArchive(items: Iterable<ArchiveItem> | AsyncIterable<ArchiveItem>): Promise<CheckedArchive> {
  const path = join(createDirectory(), 'archive');
  const writer = await ArchiveWriter.create(path, systemRandom.uuid().replaceAll('-', ''));
  for await (const item of items) await writer.add(item);
  await writer.finish();
  return checkArchive(path);
}

export function exportStore(store: Store, mailboxes?: Mailboxes): Promise<CheckedArchive> {
  return writeArchive(itemsOf(store, mailboxes));
}

/** What an archive has, as text, in an order that does not depend on where things lay. */
export async function contentOf(archive: CheckedArchive): Promise<readonly string[]> {
  const items: string[] = [];
  for await (const item of readArchive(archive)) items.push(JSON.stringify(item));
  return items.sort();
}

/** `tell` may throw: the import is cut there. */
export async function importInto(
  store: Store,
  archive: CheckedArchive,
  tell: (item: ArchiveItem) => void = () => undefined,
): Promise<void> {
  const held = await HeldDeployment.take({ store, membership: undefined, clock: systemClock, random: systemRandom });
  const machines = new StateMachines(store, systemClock, systemRandom, { mapConcurrencyMax: 40 });
  try {
    await importItems(archive, store, held.leases, (revisionId) => machines.programOf(revisionId), tell);
  } finally {
    await held.release();
  }
}

export function storeOf(partitions: number): MemoryStore {
  return new MemoryStore(new MemoryDisk(partitions));
}
