import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import type { Execution, Frame } from './execution.ts';

/**
 * Where branches of Parallel and iterations of Map run: `local` in the execution itself, `spread` as executions of
 * their own, which lie on any partition. `auto` decides by the fan-out.
 */
export type Placement = 'auto' | 'local' | 'spread';

/** `auto` spreads a fan-out when more than this many of its children can be under way at once. */
const LOCAL_CHILDREN_MAX = 256;

/**
 * Whether a child that begins is to run as an execution of its own. What such a one fans out to stays with it. One
 * that would have some 256 KiB to take along stays, too.
 */
export function isPlacedElsewhere(execution: Execution, child: Frame): boolean {
  const { program, branch } = execution;
  if (program.placement === 'local' || program.express || branch !== undefined) return false;
  const concurrency = child.parent?.children?.concurrency ?? 0;
  if (program.placement === 'auto' && concurrency <= LOCAL_CHILDREN_MAX) return false;
  const carried = execution.input.text.length + execution.variableBytes + child.input.text.length;
  return carried <= PAYLOAD_BYTES_MAX;
}
