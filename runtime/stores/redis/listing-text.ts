import { compareKeys } from '../memory/key-order.ts';
import { numberOfSortable, sortableNumber } from './sortable-number.ts';

/**
 * How an execution stands in a listing: its key without what all of the state machine have in common, and its stop time.
 *
 *   order, key, NUL NUL, stop time (sortable-number.ts) or nothing
 *
 * Texts are in the order of the keys: a key that does not begin as is usual is marked as before or behind those that do,
 * and a NUL in a key is written as NUL 1, above the NUL NUL that ends it.
 */
const BEFORE = '1';
const WITHIN = '2';
const BEHIND = '3';
const END = '\u0000\u0000';
const STOP_PAIRS = 4;

/** The text up to the stop time. */
export function listingKeyText(machineKey: string, executionKey: string): string {
  const text = marked(machineKey, executionKey);
  return (text.includes('\u0000') ? text.replaceAll('\u0000', '\u0000\u0001') : text) + END;
}

export function listingText(machineKey: string, executionKey: string, stopMs: number | undefined): string {
  const text = listingKeyText(machineKey, executionKey);
  return stopMs === undefined ? text : text + sortableNumber(stopMs, STOP_PAIRS);
}

function marked(machineKey: string, executionKey: string): string {
  const shared = sharedBy(machineKey);
  if (executionKey.startsWith(shared)) return WITHIN + executionKey.slice(shared.length);
  return (compareKeys(executionKey, shared) < 0 ? BEFORE : BEHIND) + executionKey;
}

/** Listings come in rows of the same state machine. */
let last = { machineKey: '', shared: 'execution::' };

/** `REGION:ACCOUNT:MACHINE` → `REGION:ACCOUNT:execution:MACHINE:`, which its executions' keys begin with (execution-key.ts). */
function sharedBy(machineKey: string): string {
  if (machineKey !== last.machineKey) {
    const end = machineKey.lastIndexOf(':') + 1;
    last = { machineKey, shared: `${machineKey.slice(0, end)}execution:${machineKey.slice(end)}:` };
  }
  return last.shared;
}

export function ofListingText(
  machineKey: string,
  text: string,
): { readonly executionKey: string; readonly stopMs: number | undefined } {
  const end = text.lastIndexOf(END);
  const key = text.slice(1, end).replaceAll('\u0000\u0001', '\u0000');
  const stop = text.slice(end + END.length);
  return {
    executionKey: text.startsWith(WITHIN) ? sharedBy(machineKey) + key : key,
    stopMs: stop === '' ? undefined : numberOfSortable(stop),
  };
}
