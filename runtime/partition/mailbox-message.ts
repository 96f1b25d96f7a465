import type { Message } from '../../core/interpreter/messages.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';

/** What lies in a partition's mailbox. */
export type MailboxEnvelope =
  /** A message to an execution. */
  | { readonly executionKey: string; readonly message: Message }
  /** An Express execution that was accepted by an earlier owner is over: its start's record goes. */
  | { readonly endedStart: string };

export function packEnvelope(envelope: MailboxEnvelope): Uint8Array {
  return packRecord(envelope);
}

/** @throws if a newer version of Redstep has written it. */
export function unpackEnvelope(bytes: Uint8Array): MailboxEnvelope {
  return unpackRecord<MailboxEnvelope>(bytes);
}
