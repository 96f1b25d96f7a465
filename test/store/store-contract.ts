import { afterEach } from 'vitest';
import type { Store } from '../../runtime/ports/store.ts';
import { describeCommit } from './contract/commit.ts';
import { describeKeys } from './contract/keys.ts';
import { describeLease } from './contract/lease.ts';
import { describeListing } from './contract/listing.ts';
import { describeLog } from './contract/log.ts';
import { describePartitions, PARTITIONS } from './contract/partitions.ts';
import { describeRecords } from './contract/records.ts';
import { describeRemoval } from './contract/removal.ts';
import type { OpenedStore, StoreSetup } from './contract/store-setup.ts';
import { describeTerm } from './contract/term.ts';
import { describeWakeUps } from './contract/wake-ups.ts';
import { StoreOwner } from './store-owner.ts';

/** Where a store keeps its data: it can be opened, closed and opened again. */
export interface StorePlace {
  open(): Store | Promise<Store>;
  /** Removes what is there; the stores are closed. */
  remove(): void | Promise<void>;
}

/** What every store promises. One adapter's test is `describeStore(name, createPlace)`. */
export function describeStore(name: string, createPlace: () => StorePlace): void {
  describeContract(createPlace, (setup) => {
    describeLease(name, setup);
    describeCommit(name, setup);
    describeLog(name, setup);
    describeListing(name, setup);
    describeWakeUps(name, setup);
    describeRecords(name, setup);
    describeRemoval(name, setup);
    describeKeys(name, setup);
  });
}

/** What a store with several partitions promises besides. */
export function describePartitionedStore(name: string, createPlace: (partitions: number) => StorePlace): void {
  describeStore(name, () => createPlace(1));
  describeContract(
    () => createPlace(PARTITIONS),
    (setup) => {
      describeTerm(name, setup);
      describePartitions(name, setup);
    },
  );
}

function describeContract(createPlace: () => StorePlace, contract: (setup: StoreSetup) => void): void {
  const teardown: (() => unknown)[] = [];
  afterEach(async () => {
    for (const undo of teardown.splice(0).reverse()) await undo();
  });

  async function withoutOwner(): Promise<OpenedStore> {
    const place = createPlace();
    teardown.push(() => place.remove());
    const open = async (): Promise<Store> => {
      const opened = await place.open();
      teardown.push(() => opened.close());
      return opened;
    };
    const store = await open();
    const reopen = async (): Promise<Store> => {
      await store.close();
      return open();
    };
    return { store, reopen };
  }
  const withOwner = async (): ReturnType<StoreSetup> => {
    const opened = await withoutOwner();
    return { ...opened, owner: await StoreOwner.take(opened.store) };
  };
  const setup: StoreSetup = Object.assign(withOwner, { withoutOwner });

  contract(setup);
}
