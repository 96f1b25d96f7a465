import { cpSync, rmSync } from 'node:fs';
import { describe, test } from 'vitest';
import type { Store } from '../../runtime/ports/store.ts';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import type { StorePlace } from './store-contract.ts';
import { checkAgainstModel } from './store-model.ts';
import { createDirectory } from './temporary-directory.ts';

// The least segment is full with every commit or two, the largest never here.
describe.each([4_096, 8_192, 2 ** 21])('with journal segments of %i bytes', (journalSegmentBytes) => {
  const open = (directory: string): Store => openLmdbStore({ directory, durability: 'relaxed', journalSegmentBytes });

  test('after any commits, closings and openings, the LMDB store answers as the memory store does', async () => {
    await checkAgainstModel(() => {
      const directory = createDirectory();
      return { open: () => open(directory), remove: () => rmSync(directory, { recursive: true }) };
    }, 40);
  });

  test('after any commits, deaths of its process and openings, it answers so too', async () => {
    await checkAgainstModel(() => new PlaceOfDeaths(open), 40);
  });
});

/** Opens what the process that had the store before would have left behind if it had been killed instead of closing. */
class PlaceOfDeaths implements StorePlace {
  readonly #open: (directory: string) => Store;
  readonly #directories = [createDirectory()];

  constructor(open: (directory: string) => Store) {
    this.#open = open;
  }

  open(): Store {
    const directory = this.#directories.at(-1) ?? '';
    const store = this.#open(directory);
    const close = store.close.bind(store);
    store.close = () => {
      this.#directories.push(copyOf(directory));
      return close();
    };
    return store;
  }

  remove(): void {
    for (const directory of this.#directories) rmSync(directory, { recursive: true });
  }
}

/** (A merge may be under way. It writes no page that the meta page before it refers to, and the meta page is read first.) */
function copyOf(directory: string): string {
  const copy = createDirectory();
  cpSync(directory, copy, { recursive: true, filter: (path) => !path.endsWith('.lock') && !path.endsWith('lock.mdb') });
  return copy;
}
