import { MemoryDisk } from '../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../runtime/stores/memory/memory-store.ts';
import { describePartitionedStore } from './store-contract.ts';

describePartitionedStore('memory', (partitions) => {
  const disk = new MemoryDisk(partitions);
  return { open: () => new MemoryStore(disk), remove: () => undefined };
});
