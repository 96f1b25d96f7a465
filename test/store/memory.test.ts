import { MemoryDisk } from '../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../runtime/stores/memory/memory-store.ts';
import { describeStore } from './store-contract.ts';

describeStore('memory', () => {
  const disk = new MemoryDisk();
  return { open: () => new MemoryStore(disk), remove: () => undefined };
});
