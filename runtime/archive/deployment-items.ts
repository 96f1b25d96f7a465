import { parseStateMachineArn } from '../../core/arn.ts';
import { assert } from '../../core/assert.ts';
import { branchesKeyOf, machineKeyOf } from '../actor/execution-key.ts';
import { KEPT_RELEASES } from '../actor/kept-release.ts';
import { ACCEPTED_STARTS, DEAD_LETTERS } from '../express/express-starts.ts';
import { Deaths, isDeathRecord } from '../partition/deaths.ts';
import { HAND_OVER } from '../partition/hand-over.ts';
import { isLedgerRecord } from '../partition/history-ledger.ts';
import { isImportedMessage } from '../partition/imported-messages.ts';
import { unpackEnvelope } from '../partition/mailbox-message.ts';
import { REGISTRY_PARTITION } from '../partition/placement.ts';
import type { Mailboxes } from '../ports/mailboxes.ts';
import type { Revision } from '../ports/state-machine.ts';
import type { ExecutionEntry, Store, StoredRecord, WakeUp } from '../ports/store.ts';
import { MACHINE, REVISION } from '../state-machines.ts';
import { unpackRecord } from '../stores/record-codec.ts';
import type { ArchiveItem } from './archive-item.ts';
import { isImportMark } from './import-mark.ts';

const PAGE = 256;

/** Something in the store that this version does not know how to move. */
export class UnknownRecord extends Error {
  override readonly name = 'UnknownRecord';
}

/**
 * All that a deployment has, for an archive: the registry first, whose revisions all else needs. Nobody writes meanwhile,
 * and nothing runs: work that the last owners left to other nodes is nobody's any more.
 */
export async function* itemsOf(store: Store, mailboxes: Mailboxes | undefined): AsyncGenerator<ArchiveItem> {
  const machineKeys = new Set<string>();
  for await (const { key, value } of recordsOf(store, REGISTRY_PARTITION)) {
    if (!isRegistryRecord(key)) continue;
    if (key.startsWith(REVISION)) for (const each of machineKeysOf(value)) machineKeys.add(each);
    yield { type: 'record', key, value };
  }
  for (let partition = 0; partition < store.partitionCount; partition++) {
    // As a new owner counts them; what it would write then, the import's owner will.
    const deaths = await Deaths.read(store, partition, async () => undefined);
    yield* executionsOn(store, partition, machineKeys, deaths);
    const endedStarts = new Set<string>();
    if (mailboxes !== undefined) yield* messagesOf(mailboxes, partition, endedStarts);
    yield* namesOn(store, partition);
    for await (const record of recordsOf(store, partition)) {
      if (!endedStarts.has(record.key)) yield* itemsOfRecord(record, partition, deaths);
    }
  }
}

function isRegistryRecord(key: string): boolean {
  return key.startsWith(MACHINE) || key.startsWith(REVISION);
}

/** Revisions outlive their machine, as its executions do. */
function machineKeysOf(revision: Uint8Array): readonly string[] {
  const { stateMachineArn } = unpackRecord<Revision>(revision);
  const arn = parseStateMachineArn(stateMachineArn);
  assert(arn !== undefined, 'a revision names its state machine');
  return [machineKeyOf(arn), branchesKeyOf(arn)];
}

async function* recordsOf(store: Store, partition: number): AsyncGenerator<StoredRecord> {
  for (let after: string | undefined; ; ) {
    const records = await store.readRecords({ partition, prefix: '', limit: PAGE, after });
    yield* records;
    after = records.at(-1)?.key;
    if (after === undefined) return;
  }
}

async function* executionsOn(
  store: Store,
  partition: number,
  machineKeys: ReadonlySet<string>,
  deaths: Deaths,
): AsyncGenerator<ArchiveItem> {
  const active = await activeOn(store, partition, deaths);
  for (const machineKey of machineKeys) {
    for await (const { executionKey: key, status, startMs, stopMs } of entriesOf(store, partition, machineKey)) {
      const chunks = await store.readLog(key);
      assert(chunks !== undefined, `the store has the log of ${key}, which it lists`);
      yield { type: 'execution', key, status, startMs, stopMs, chunks, deaths: active.get(key) ?? 0 };
      active.delete(key);
    }
  }
  const [lost] = active.keys();
  assert(lost === undefined, `the store lists all executions that are under way, and ${lost} is not`);
}

/** Executions that were at work, each with the deaths that it may be blamed for. */
async function activeOn(store: Store, partition: number, deaths: Deaths): Promise<Map<string, number>> {
  const active = new Map<string, number>();
  for (let after: WakeUp | undefined; ; ) {
    const page = await store.readWakeUps({ partition, untilMs: 0, limit: PAGE, after });
    const keys = page.map(({ executionKey }) => executionKey);
    const counts = await deaths.count(keys);
    for (const [i, key] of keys.entries()) active.set(key, counts[i] ?? 0);
    after = page.at(-1);
    if (after === undefined) return active;
  }
}

async function* entriesOf(store: Store, partition: number, machineKey: string): AsyncGenerator<ExecutionEntry> {
  for (let after: ExecutionEntry | undefined; ; ) {
    const page = await store.listExecutions({ partition, machineKey, status: undefined, limit: PAGE, after });
    yield* page;
    after = page.at(-1);
    if (after === undefined) return;
  }
}

/** What lies in a mailbox; that a start is over is noted, for it changes nothing but that start's record. */
async function* messagesOf(
  mailboxes: Mailboxes,
  partition: number,
  endedStarts: Set<string>,
): AsyncGenerator<ArchiveItem> {
  for (let after: string | undefined; ; ) {
    const messages = await mailboxes.read({ partition, after, limit: PAGE });
    for (const { bytes } of messages) {
      const envelope = unpackEnvelope(bytes);
      if ('endedStart' in envelope) endedStarts.add(envelope.endedStart);
      else yield { type: 'message', bytes };
    }
    after = messages.at(-1)?.id;
    if (after === undefined) return;
  }
}

async function* namesOn(store: Store, partition: number): AsyncGenerator<ArchiveItem> {
  for (let after: Uint8Array | undefined; ; ) {
    const { names, next } = await store.readNames({ partition, limit: PAGE, after });
    for (const { hash, untilHour } of names) yield { type: 'name', hash, untilHour };
    if (next === undefined) return;
    after = next;
  }
}

async function* itemsOfRecord(
  { key, value }: StoredRecord,
  partition: number,
  deaths: Deaths,
): AsyncGenerator<ArchiveItem> {
  if (partition === REGISTRY_PARTITION && isRegistryRecord(key)) return;
  if (isDeathRecord(key) || isLedgerRecord(key) || key === HAND_OVER || isImportMark(key)) return;
  if (key.startsWith(KEPT_RELEASES)) yield { type: 'release', branchKey: key.slice(KEPT_RELEASES.length) };
  else if (isImportedMessage(key)) yield { type: 'message', bytes: value };
  else if (key.startsWith(DEAD_LETTERS)) yield { type: 'start', name: lastOf(key), isDead: true, value, deaths: 0 };
  else if (key.startsWith(ACCEPTED_STARTS)) {
    const [count = 0] = await deaths.count([key]);
    yield { type: 'start', name: lastOf(key), isDead: false, value, deaths: count };
  } else throw new UnknownRecord(`this version cannot move the record ${key} of partition ${partition}`);
}

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
