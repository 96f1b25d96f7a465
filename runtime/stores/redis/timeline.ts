import { numberOfSortable, sortableNumber } from './sortable-number.ts';

/**
 * An order of texts by time, in small sorted sets: a tree of three levels, all of whose members have the score 0 and
 * are in order of their bytes.
 *
 *   root    name              → 70 minutes each that have anything
 *   middle  name + 5 digits   → 4 seconds each of these 70 minutes that have anything
 *   leaf    name + 6 digits   → ms within these 4 seconds, then the text
 *
 * A leaf of 4 seconds has some thousand members at most at the rates that one partition sees, and Redis Cluster moves
 * a key of that size without a pause; an execution on its own costs one leaf.
 */
const LEAF_MS = 4_096;
const LEAVES = 1_024;
const MS_DIGITS = 2;
const LEAF_DIGITS = 6;
const MIDDLE_DIGITS = 5;

/** Where a time lies in a timeline. */
export interface TimelinePlace {
  readonly leaf: string;
  readonly middle: string;
  readonly root: string;
  /** Names the leaf in its middle, and the middle in the root. */
  readonly leafMember: string;
  readonly middleMember: string;
}

export function timelinePlace(name: string, atMs: number): TimelinePlace {
  const leaf = Math.floor(atMs / LEAF_MS);
  const middle = Math.floor(leaf / LEAVES);
  const middleMember = sortableNumber(middle, MIDDLE_DIGITS);
  return {
    leaf: timelineLeaf(name, atMs),
    middle: name + middleMember,
    root: name,
    leafMember: sortableNumber(leaf % LEAVES, MS_DIGITS),
    middleMember,
  };
}

/** The key of the leaf of a time. */
export function timelineLeaf(name: string, atMs: number): string {
  return name + sortableNumber(Math.floor(atMs / LEAF_MS), LEAF_DIGITS);
}

/** A text's member in the leaf of its time. */
export function timelineMember(atMs: number, text: string): string {
  return sortableNumber(atMs % LEAF_MS, MS_DIGITS) + text;
}

/** What a member of a leaf says. */
export function timelineEntry(leaf: string, member: string): { readonly atMs: number; readonly text: string } {
  const leafMs = numberOfSortable(leaf.slice(-LEAF_DIGITS)) * LEAF_MS;
  return {
    atMs: leafMs + numberOfSortable(member.slice(0, MS_DIGITS)),
    text: member.slice(MS_DIGITS),
  };
}

/** The key of the leaf that a member of a middle stands for. */
export function leafOfMiddle(name: string, middleMember: string, leafMember: string): string {
  const leaf = numberOfSortable(middleMember) * LEAVES + numberOfSortable(leafMember);
  return name + sortableNumber(leaf, LEAF_DIGITS);
}
