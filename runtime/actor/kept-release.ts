import type { Effect } from '../../core/interpreter/effects.ts';
import type { Execution } from '../../core/interpreter/execution.ts';
import type { RecordCommit } from '../ports/store.ts';
import { packRecord } from '../stores/record-codec.ts';
import { branchKeyOf } from './execution-key.ts';

/** Prefix of the records of releases that are to be delivered; the branch's key follows. */
export const KEPT_RELEASES = 'release/';

export function keptRelease(branchKey: string): RecordCommit {
  return { key: KEPT_RELEASES + branchKey, value: packRecord({}) };
}

const NO_RECORDS: readonly RecordCommit[] = [];

/** The records that go with a turn: releases of branches that nobody else would tell. */
export function keptReleases({ facts }: Execution, effects: readonly Effect[]): readonly RecordCommit[] {
  let records: RecordCommit[] | undefined;
  for (const effect of effects) {
    if (effect.type !== 'TellBranch' || !effect.kept) continue;
    records ??= [];
    records.push(keptRelease(branchKeyOf(facts.executionArn, effect.frameId)));
  }
  return records ?? NO_RECORDS;
}
