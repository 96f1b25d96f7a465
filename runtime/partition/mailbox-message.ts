import type { BranchStart } from '../../core/interpreter/branch.ts';
import type { Message } from '../../core/interpreter/messages.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';

/** What is said to an execution from outside its partition. */
export type ExecutionEnvelope =
  | { readonly executionKey: string; readonly message: Message }
  /** It is to be begun: a branch of an execution that lies anywhere. */
  | { readonly executionKey: string; readonly start: BranchStart };

/** What lies in a partition's mailbox. */
export type MailboxEnvelope =
  | ExecutionEnvelope
  /** An Express execution that was accepted by an earlier owner is over: its start's record goes. */
  | { readonly endedStart: string };

export function packEnvelope(envelope: MailboxEnvelope): Uint8Array {
  return packRecord(envelope);
}

/** @throws if a newer version of Redstep has written it. */
export function unpackEnvelope(bytes: Uint8Array): MailboxEnvelope {
  return unpackRecord<MailboxEnvelope>(bytes);
}
