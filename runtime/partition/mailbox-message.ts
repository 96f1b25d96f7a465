import type { Message } from '../../core/interpreter/messages.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';

/** A message to an execution, as it lies in its partition's mailbox. */
export interface MailboxEnvelope {
  readonly executionKey: string;
  readonly message: Message;
}

export function packEnvelope(envelope: MailboxEnvelope): Uint8Array {
  return packRecord(envelope);
}

/** @throws if a newer version of Redstep has written it. */
export function unpackEnvelope(bytes: Uint8Array): MailboxEnvelope {
  return unpackRecord<MailboxEnvelope>(bytes);
}
