import { numberOfSortable, sortableNumber } from './sortable-number.ts';

/**
 * An order of texts by time, in small sorted sets: a tree of three levels, all of whose members have the score 0 and
 * are in order of their bytes. Numbers are pairs of digits (sortable-number.ts).
 *
 *   root    name                → 9 minutes each that have anything
 *   middle  name + 3 pairs + .  → 128 ms each of these 9 minutes that have anything
 *   leaf    name + 4 pairs      → ms within these 128, then the text
 *
 * Up to 128 short members Redis keeps a sorted set as one run of bytes, at a third of the memory: a leaf stays below that
 * at a thousand starts a second on one partition. An execution on its own costs one leaf. And Redis Cluster moves keys of
 * such a size without a pause.
 */
const LEAF_MS = 128;
const LEAVES = 4_096;
const MS_PAIRS = 1;
const MS_DIGITS = 2 * MS_PAIRS;
const LEAF_PAIRS = 4;
const MIDDLE_PAIRS = 3;

/** Which leaf a time lies in. */
export function timelineLeafNumber(atMs: number): number {
  return Math.floor(atMs / LEAF_MS);
}

/** Where a leaf hangs. */
export interface TimelinePlace {
  readonly leaf: string;
  readonly middle: string;
  readonly root: string;
  /** Names the leaf in its middle, and the middle in the root. */
  readonly leafMember: string;
  readonly middleMember: string;
}

export function timelinePlace(name: string, leafNumber: number): TimelinePlace {
  const middleMember = sortableNumber(Math.floor(leafNumber / LEAVES), MIDDLE_PAIRS);
  return {
    leaf: timelineLeaf(name, leafNumber),
    middle: timelineMiddle(name, middleMember),
    root: name,
    leafMember: sortableNumber(leafNumber % LEAVES, MS_PAIRS),
    middleMember,
  };
}

export function timelineLeaf(name: string, leafNumber: number): string {
  return name + sortableNumber(leafNumber, LEAF_PAIRS);
}

/** The middle that a member of the root stands for. */
export function timelineMiddle(name: string, middleMember: string): string {
  return `${name}${middleMember}.`;
}

/** The leaf that a member of a middle stands for. */
export function leafOfMiddle(middleMember: string, leafMember: string): number {
  return numberOfSortable(middleMember) * LEAVES + numberOfSortable(leafMember);
}

/** A text's member in the leaf of its time. */
export function timelineMember(atMs: number, text: string): string {
  return sortableNumber(atMs % LEAF_MS, MS_PAIRS) + text;
}

/** What a member of a leaf says. */
export function timelineEntry(leafNumber: number, member: string): { readonly atMs: number; readonly text: string } {
  return {
    atMs: leafNumber * LEAF_MS + numberOfSortable(member.slice(0, MS_DIGITS)),
    text: member.slice(MS_DIGITS),
  };
}
