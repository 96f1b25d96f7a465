import type { Store } from '../../../runtime/ports/store.ts';
import type { StoreOwner } from '../store-owner.ts';

/** An empty store, closed and removed after the test; `reopen` closes it and opens it again where it was. */
export interface OpenedStore {
  readonly store: Store;
  readonly reopen: () => Promise<Store>;
}

export interface StoreSetup {
  /** With an owner of partition 0. */
  (): Promise<OpenedStore & { readonly owner: StoreOwner }>;
  /** As it is before anyone has asked for a lease. */
  withoutOwner(): Promise<OpenedStore>;
}
