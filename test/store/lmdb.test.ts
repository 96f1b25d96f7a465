import { rmSync } from 'node:fs';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { describeStore } from './store-contract.ts';
import { createDirectory } from './temporary-directory.ts';

describeStore('lmdb', () => {
  const directory = createDirectory();
  return {
    open: () => openLmdbStore({ directory, durability: 'fsync' }),
    remove: () => rmSync(directory, { recursive: true }),
  };
});
