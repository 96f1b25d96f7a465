import { createHash } from 'node:crypto';

/**
 * Which node should own which partition: each partition goes to the node whose hash with it is the greatest (rendezvous
 * hashing), so that a node that comes or goes moves little else than what it gets or leaves. No node gets more than its
 * share: with few partitions chance alone would leave some with nothing. Everybody who knows the same members comes to
 * the same answer.
 *
 * @returns the node of each partition; empty when there are no nodes
 */
export function assignPartitions(partitionCount: number, nodeIds: readonly string[]): readonly string[] {
  if (nodeIds.length === 0) return [];
  const capacity = Math.ceil(partitionCount / nodeIds.length);
  const load = new Map<string, number>();
  return Array.from({ length: partitionCount }, (_, partition) => {
    const [chosen = ''] = rank(partition, nodeIds).filter((id) => (load.get(id) ?? 0) < capacity);
    load.set(chosen, (load.get(chosen) ?? 0) + 1);
    return chosen;
  });
}

function rank(partition: number, nodeIds: readonly string[]): readonly string[] {
  return nodeIds
    .map((id) => ({ id, weight: createHash('sha1').update(`${partition} ${id}`).digest('hex') }))
    .sort((left, right) => (left.weight < right.weight ? 1 : -1))
    .map(({ id }) => id);
}
