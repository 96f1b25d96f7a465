import { rmSync } from 'node:fs';
import { test } from 'vitest';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { checkAgainstModel } from './store-model.ts';
import { createDirectory } from './temporary-directory.ts';

test('after any commits, closings and openings, the LMDB store answers as the memory store does', async () => {
  await checkAgainstModel(() => {
    const directory = createDirectory();
    return {
      open: () => openLmdbStore({ directory, durability: 'relaxed' }),
      remove: () => rmSync(directory, { recursive: true }),
    };
  }, 60);
});
