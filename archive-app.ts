import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CONFIG } from './config.ts';
import { ArchiveWriter, checkArchive } from './runtime/archive/archive-file.ts';
import type { ArchiveItem } from './runtime/archive/archive-item.ts';
import { itemsOf } from './runtime/archive/deployment-items.ts';
import { HeldDeployment } from './runtime/archive/held-deployment.ts';
import { importItems } from './runtime/archive/import-deployment.ts';
import { assertImported } from './runtime/archive/import-mark.ts';
import type { Mailboxes } from './runtime/ports/mailboxes.ts';
import type { Membership } from './runtime/ports/membership.ts';
import type { Store } from './runtime/ports/store.ts';
import { StateMachines } from './runtime/state-machines.ts';
import { openLmdbStore } from './runtime/stores/lmdb/lmdb-store.ts';
import { systemClock } from './runtime/system-clock.ts';
import { systemRandom } from './runtime/system-random.ts';

/** Where a deployment keeps its data: a directory of the embedded store, or a Redis. */
export type DeploymentPlace =
  | { readonly dataDir: string }
  | {
      readonly redis: {
        readonly url: string;
        readonly keyPrefix: string;
        /** Certificate authority of Redis, PEM text. */
        readonly ca: string | undefined;
        /** When nobody has used this Redis yet. */
        readonly partitions?: number | undefined;
      };
    };

/** What an archive has, counted. */
export interface ArchiveFigures {
  executions: number;
  /** Of these. */
  running: number;
  /** Asynchronous Express starts that have not ended. */
  starts: number;
}

/** There is no deployment to export. */
export class NoDeployment extends Error {
  override readonly name = 'NoDeployment';
}

/**
 * Writes all of a deployment on which nothing runs into a new file.
 *
 * @throws {NoDeployment}
 * @throws {ImportUnfinished} what is there is not all.
 * @throws {DeploymentInUse} nodes run on it. @throws {StoreInUse} a process has the data directory.
 * @throws {UnknownRecord} a newer version has written what this one does not know.
 * @throws Node's error: the file is there already (EEXIST), or cannot be written.
 */
export async function exportTo(
  path: string,
  place: DeploymentPlace,
  warn: (text: string) => void,
): Promise<ArchiveFigures> {
  if ('dataDir' in place && !existsSync(join(place.dataDir, 'data.mdb')))
    throw new NoDeployment(`${place.dataDir} has no data of the embedded store`);
  const { store, membership, mailboxes } = await open(place, { existing: true, warn });
  try {
    await assertImported(store);
    const held = await HeldDeployment.take({ store, membership, clock: systemClock, random: systemRandom });
    const writer = await ArchiveWriter.create(path, newId()).catch(async (error) => {
      await held.release();
      throw error;
    });
    const figures = noFigures();
    try {
      for await (const item of itemsOf(store, mailboxes)) {
        await writer.add(item);
        count(figures, item);
      }
      await held.release();
      await writer.finish();
    } catch (error) {
      await writer.giveUp();
      await held.release().catch(() => undefined);
      throw error;
    }
    return figures;
  } finally {
    await store.close();
  }
}

/**
 * Fills an empty deployment with what a file has, or goes on with an import of that file that was cut.
 *
 * @throws {ArchiveDamaged} nothing was written.
 * @throws {DeploymentNotEmpty} @throws {ImportUnfinished} @throws {DeploymentInUse} @throws {StoreInUse}
 * @throws {StoreFull} what fits is there: the same import goes on when there is room.
 */
export async function importFrom(
  path: string,
  place: DeploymentPlace,
  warn: (text: string) => void,
): Promise<ArchiveFigures> {
  const archive = await checkArchive(path);
  const { store, membership } = await open(place, { existing: false, warn });
  try {
    const held = await HeldDeployment.take({ store, membership, clock: systemClock, random: systemRandom });
    const machines = new StateMachines(store, systemClock, systemRandom, DEFAULT_CONFIG);
    const figures = noFigures();
    try {
      const programOf = (revisionId: string) => machines.programOf(revisionId);
      await importItems(archive, store, held.leases, programOf, (item) => count(figures, item));
    } finally {
      await held.release();
    }
    return figures;
  } finally {
    await store.close();
  }
}

interface OpenedPlace {
  readonly store: Store;
  /** Undefined: the store belongs to this process. */
  readonly membership?: Membership;
  readonly mailboxes?: Mailboxes;
}

async function open(
  place: DeploymentPlace,
  { existing, warn }: { readonly existing: boolean; readonly warn: (text: string) => void },
): Promise<OpenedPlace> {
  if ('dataDir' in place) return { store: openLmdbStore({ directory: place.dataDir, durability: 'fsync' }) };
  const { url, keyPrefix, ca, partitions } = place.redis;
  const { openRedis } = await import('./runtime/stores/redis/open-redis.ts');
  return openRedis({ url, keyPrefix, partitions, tlsCa: ca, existing, warn });
}

function newId(): string {
  return systemRandom.uuid().replaceAll('-', '');
}

function noFigures(): ArchiveFigures {
  return { executions: 0, running: 0, starts: 0 };
}

function count(figures: ArchiveFigures, item: ArchiveItem): void {
  if (item.type === 'execution') {
    figures.executions++;
    if (item.status === 'RUNNING') figures.running++;
  } else if (item.type === 'start' && !item.isDead) figures.starts++;
}
