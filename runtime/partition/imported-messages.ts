import type { RecordCommit, Store } from '../ports/store.ts';
import { type MailboxEnvelope, unpackEnvelope } from './mailbox-message.ts';

const PREFIX = 'imported-message/';
const PAGE = 256;
const NUMBER_DIGITS = 12;

/**
 * A message that lay in a mailbox when its deployment was exported, as its partition keeps it until it is taken: a store
 * may have no mailboxes. `number`: they are taken in this order.
 */
export function importedMessage(number: number, envelope: Uint8Array): RecordCommit {
  return { key: PREFIX + String(number).padStart(NUMBER_DIGITS, '0'), value: envelope };
}

export function isImportedMessage(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** Those of a partition, in their order. */
export async function* importedMessages(
  store: Store,
  partition: number,
): AsyncIterable<{ readonly key: string; readonly envelope: MailboxEnvelope }> {
  for (let after: string | undefined; ; ) {
    const records = await store.readRecords({ partition, prefix: PREFIX, limit: PAGE, after });
    for (const { key, value } of records) yield { key, envelope: unpackEnvelope(value) };
    after = records.at(-1)?.key;
    if (after === undefined) return;
  }
}
