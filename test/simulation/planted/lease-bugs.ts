import { OwnLease } from '../../../runtime/partition/own-lease.ts';
import { MemoryStore } from '../../../runtime/stores/memory/memory-store.ts';
import { replaceMethod } from '../replace-method.ts';
import { all, type PlantedBug } from './planted-bug.ts';

const EARLY_MS = 2_500;

export const LEASE_BUGS: readonly PlantedBug[] = [
  {
    bug: 'a lease is granted 2.5 s before the term of the other is over',
    plant: () =>
      all(
        replaceMethod(
          MemoryStore.prototype,
          'acquireLease',
          (acquire) =>
            function (this: MemoryStore, request) {
              return acquire.call(this, { ...request, termMs: request.termMs - EARLY_MS });
            },
        ),
        replaceMethod(
          MemoryStore.prototype,
          'renewLease',
          (renew) =>
            function (this: MemoryStore, lease, termMs) {
              return renew.call(this, lease, termMs - EARLY_MS);
            },
        ),
      ),
  },
  {
    bug: 'an acquisition does not raise the epoch',
    plant: () =>
      replaceMethod(
        MemoryStore.prototype,
        'acquireLease',
        (acquire) =>
          async function (this: MemoryStore, request) {
            const lease = await acquire.call(this, request);
            // It is the very object that the store keeps.
            return lease && Object.assign(lease, { epoch: Math.max(lease.epoch - 1, 1) });
          },
      ),
  },
  {
    bug: 'a renewal is honoured after another has got the lease',
    plant: () =>
      replaceMethod(
        MemoryStore.prototype,
        'renewLease',
        (renew) =>
          async function (this: MemoryStore, lease, termMs) {
            await renew.call(this, lease, termMs);
            return true;
          },
      ),
  },
  { bug: 'an owner trusts its lease whatever time it is', plant: () => trustAlways() },
];

function trustAlways(): () => void {
  const trusted = Object.getOwnPropertyDescriptor(OwnLease.prototype, 'trusted') ?? {};
  Object.defineProperty(OwnLease.prototype, 'trusted', { ...trusted, get: () => true });
  return () => Object.defineProperty(OwnLease.prototype, 'trusted', trusted);
}
