/** Places in the memory shared with the watching thread. */
export const BEAT = 0;
/** Number of the function whose code is running; 0: none. */
export const RUNNING = 1;
/** Number of the function entered last. */
export const LAST = 2;
/** Counts calls: the same all through a standstill where one call is the reason. */
export const ENTERED = 3;
export const SHARED_LENGTH = 4;

/** Looks in a row that see the same beat: a standstill. Counted, so that a suspended process is none. */
export const LOOKS = 10;

/** Time between two beats, and between two looks at them, in milliseconds. */
export function beatMs(blockedMs: number): number {
  return Math.max(5, blockedMs / LOOKS);
}

export interface WatchdogData {
  readonly shared: Int32Array;
  readonly blockedMs: number;
  readonly stderr: number;
}

export type WatchdogMessage =
  | { readonly type: 'named'; readonly number: number; readonly functionName: string }
  | { readonly type: 'blocked'; readonly running: number; readonly last: number; readonly blockedMs: number };
