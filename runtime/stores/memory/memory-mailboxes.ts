import type { Mailboxes, MailboxMessage, MailboxQuery } from '../../ports/mailboxes.ts';

/** The reference: mailboxes of one process, for tests and the simulator. Several may look into the same. */
export class MemoryMailboxes implements Mailboxes {
  readonly #now: () => number;
  readonly #messages = new Map<number, readonly MailboxMessage[]>();
  readonly #watchers = new Map<number, Set<() => void>>();
  #appended = 0;

  /** `now`: the store's clock. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async append(partition: number, messages: readonly Uint8Array[]): Promise<void> {
    const added = messages.map(
      (bytes): MailboxMessage => ({ id: String(++this.#appended), appendedMs: this.#now(), bytes: bytes.slice() }),
    );
    this.#messages.set(partition, [...this.#of(partition), ...added]);
    for (const tell of this.#watchers.get(partition) ?? []) tell();
  }

  async read({ partition, after = '0', limit }: MailboxQuery): Promise<readonly MailboxMessage[]> {
    return this.#of(partition)
      .filter(({ id }) => Number(id) > Number(after))
      .slice(0, limit);
  }

  async remove(partition: number, ids: readonly string[]): Promise<void> {
    const gone = new Set(ids);
    this.#messages.set(
      partition,
      this.#of(partition).filter(({ id }) => !gone.has(id)),
    );
  }

  watch(partition: number, onNews: () => void): () => void {
    const watchers = this.#watchers.get(partition) ?? new Set();
    const tell = (): void => onNews(); // one of its own: the same function may watch twice
    this.#watchers.set(partition, watchers.add(tell));
    return () => watchers.delete(tell);
  }

  /** Messages that are there. */
  depth(partition: number): number {
    return this.#of(partition).length;
  }

  #of(partition: number): readonly MailboxMessage[] {
    return this.#messages.get(partition) ?? [];
  }
}
