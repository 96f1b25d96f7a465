import { REGISTRY_PARTITION } from '../partition/placement.ts';
import type { RecordCommit, Store } from '../ports/store.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';

const KEY = 'import';

/**
 * That a deployment is being filled: a record of each partition, written with what it counts. The deployment is whole
 * when that of the registry's partition is gone.
 */
export interface ImportMark {
  /** Id of the archive. */
  readonly archive: string;
  /** How many of the archive's parts that belong to the partition are there. */
  readonly parts: number;
}

/** An import into this store was cut: what is there is not all. */
export class ImportUnfinished extends Error {
  override readonly name = 'ImportUnfinished';
}

export function importMark(mark: ImportMark): RecordCommit {
  return { key: KEY, value: packRecord(mark) };
}

export const NO_IMPORT_MARK: RecordCommit = { key: KEY, value: undefined };

export function isImportMark(key: string): boolean {
  return key === KEY;
}

export async function readImportMark(store: Store, partition: number): Promise<ImportMark | undefined> {
  const bytes = await store.readRecord(partition, KEY);
  return bytes && unpackRecord<ImportMark>(bytes);
}

/** Called before anything runs on a store. @throws {ImportUnfinished} */
export async function assertImported(store: Store): Promise<void> {
  if ((await readImportMark(store, REGISTRY_PARTITION)) === undefined) return;
  throw new ImportUnfinished('an import has not come to its end here: what is there is not all of its archive');
}
