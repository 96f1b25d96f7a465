import type { Mailboxes, MailboxMessage, MailboxQuery } from '../../runtime/ports/mailboxes.ts';
import type { MemoryMailboxes } from '../../runtime/stores/memory/memory-mailboxes.ts';
import type { Dice } from './dice.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { StoreLink } from './store-link.ts';

/** Between two looks while anything is there. */
const LOOK_MS = 2_000;

export interface SimulatedMailboxesParts {
  /** What all nodes share. */
  readonly shared: MemoryMailboxes;
  readonly link: StoreLink;
  readonly time: SimulatedTime;
  readonly dice: Dice;
  /** Chance of messages to be appended twice, and of news to be lost. */
  readonly faulty: () => number;
}

/** The mailboxes as one life of a node sees them: messages come late and more than once, and news does not always come. */
export class SimulatedMailboxes implements Mailboxes {
  readonly #parts: SimulatedMailboxesParts;

  constructor(parts: SimulatedMailboxesParts) {
    this.#parts = parts;
  }

  append(partition: number, messages: readonly Uint8Array[]): Promise<void> {
    const { shared, link, dice, faulty } = this.#parts;
    const append = (): Promise<void> => shared.append(partition, messages);
    return link.change(`append to ${partition}`, () => {
      if (dice.chance(faulty())) link.repeat(append);
      return append();
    });
  }

  read(query: MailboxQuery): Promise<readonly MailboxMessage[]> {
    return this.#parts.link.read(`mailbox ${query.partition}`, () => this.#parts.shared.read(query));
  }

  remove(partition: number, ids: readonly string[]): Promise<void> {
    return this.#parts.link.change(`removal from ${partition}`, () => this.#parts.shared.remove(partition, ids));
  }

  watch(partition: number, onNews: () => void): () => void {
    const { shared, link, time, dice, faulty } = this.#parts;
    let watching = true;
    let looking = false;
    const tell = (): void => link.tell(() => watching && onNews());
    const look = (): void => {
      looking = watching && shared.depth(partition) > 0;
      if (!looking) return;
      tell();
      time.after(LOOK_MS, look);
    };
    const unwatch = shared.watch(partition, () => {
      if (!dice.chance(faulty())) tell();
      if (!looking) time.after(LOOK_MS, look);
      looking = true;
    });
    if (shared.depth(partition) > 0) time.after(LOOK_MS, look);
    return () => {
      watching = false;
      unwatch();
    };
  }
}
