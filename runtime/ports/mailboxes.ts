/**
 * Messages to executions from processes that do not own their partition. A message is durable when `append` resolves,
 * and stays until its receiver has made durable what came of it: it may be read twice, and is judged by its content.
 */
export interface Mailboxes {
  append(partition: number, messages: readonly Uint8Array[]): Promise<void>;
  /** Oldest first, strictly after the id `after`. */
  read(query: MailboxQuery): Promise<readonly MailboxMessage[]>;
  /** What these asked for is durable. */
  remove(partition: number, ids: readonly string[]): Promise<void>;
  /** Calls `onNews` when something has been appended, and every few seconds while anything is there. @returns how to end that. */
  watch(partition: number, onNews: () => void): () => void;
}

export interface MailboxQuery {
  readonly partition: number;
  readonly after: string | undefined;
  readonly limit: number;
}

export interface MailboxMessage {
  /** In order of arrival. */
  readonly id: string;
  readonly appendedMs: number;
  readonly bytes: Uint8Array;
}
