import { afterEach, describe, expect, test } from 'vitest';
import type { Membership, NodeRecord } from '../../runtime/ports/membership.ts';

export interface MembershipPlace {
  readonly membership: Membership;
  remove(): void | Promise<void>;
}

/** Terms that are over at once, and that are not over while the test runs: nobody waits for a clock. */
const NO_MS = 0;
const LONG_MS = 600_000;

function node(id: string, changes: Partial<NodeRecord> = {}): NodeRecord {
  const startedMs = 1_700_000_000_000;
  return { id, address: `http://${id}:8083`, draining: false, startedMs, version: '1.2.3', format: 1, ...changes };
}

/** What membership promises; see runtime/ports/membership.ts. */
export function describeMembership(name: string, createPlace: () => Promise<MembershipPlace>): void {
  const teardown: (() => unknown)[] = [];
  afterEach(async () => {
    for (const undo of teardown.splice(0).reverse()) await undo();
  });
  const setup = async (): Promise<Membership> => {
    const { membership, remove } = await createPlace();
    teardown.push(remove);
    return membership;
  };
  const byId = (nodes: readonly NodeRecord[]): readonly NodeRecord[] =>
    nodes.toSorted((left, right) => (left.id < right.id ? -1 : 1));

  describe(`${name}: membership`, () => {
    test('a node sees itself and all that live, with the store’s time', async () => {
      const membership = await setup();
      await membership.heartbeat(node('a'), LONG_MS);

      const { nodes, storeMs } = await membership.heartbeat(node('b', { draining: true }), LONG_MS);

      expect(byId(nodes)).toEqual([node('a'), node('b', { draining: true })]);
      expect(storeMs).toBeGreaterThan(1_700_000_000_000);
    });

    test('the last word of a node counts', async () => {
      const membership = await setup();
      await membership.heartbeat(node('a'), LONG_MS);
      await membership.heartbeat(node('a', { draining: true }), LONG_MS);

      const { nodes } = await membership.heartbeat(node('b'), LONG_MS);

      expect(byId(nodes)[0]?.draining).toBe(true);
    });

    test('a node whose term is over is no member', async () => {
      const membership = await setup();
      await membership.heartbeat(node('a'), NO_MS);

      const { nodes } = await membership.heartbeat(node('b'), LONG_MS);

      expect(nodes).toEqual([node('b')]);
    });

    test('a node that leaves is gone at once, and may come again', async () => {
      const membership = await setup();
      await membership.heartbeat(node('a'), LONG_MS);
      await membership.leave('a');
      await membership.leave('never there');
      expect((await membership.heartbeat(node('b'), LONG_MS)).nodes).toEqual([node('b')]);

      const { nodes } = await membership.heartbeat(node('a'), LONG_MS);

      expect(byId(nodes)).toEqual([node('a'), node('b')]);
    });
  });
}
