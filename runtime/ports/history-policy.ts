import { byteSize } from '../../core/byte-size.ts';
import { durationMs } from '../../core/duration.ts';
import type { Tag } from './state-machine.ts';

/** How long executions that have ended are kept. */
export interface HistoryPolicy {
  /** From their end, in milliseconds. Their names stay taken for as long. */
  readonly retentionMs: number;
  /** What they may take on all partitions together, in bytes; undefined: that is not limited. */
  readonly bytesMax: number | undefined;
}

/** Tags of a state machine that say it for its executions. */
const RETENTION_TAG = 'redstep:retention';
const BYTES_MAX_TAG = 'redstep:historyBytesMax';

/** What a state machine's tags say; undefined: nothing. */
export function taggedPolicy(tags: readonly Tag[]): { readonly [K in keyof HistoryPolicy]: number | undefined } {
  const value = (key: string): string => tags.find((tag) => tag.key === key)?.value ?? '';
  return { retentionMs: durationMs(value(RETENTION_TAG)), bytesMax: byteSize(value(BYTES_MAX_TAG)) };
}

/** What is wrong with the first tag that says nothing although it is there; undefined: none is. */
export function wrongPolicyTag(tags: readonly Tag[]): string | undefined {
  for (const { key, value } of tags) {
    if (key === RETENTION_TAG && durationMs(value) === undefined)
      return `Invalid tag '${key}': it is a time such as 90d or 12h, not '${value}'`;
    if (key === BYTES_MAX_TAG && byteSize(value) === undefined)
      return `Invalid tag '${key}': it is a size such as 500MB or 2GB, not '${value}'`;
  }
  return undefined;
}
