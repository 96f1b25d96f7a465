import type { Mailboxes, MailboxMessage, MailboxQuery } from '../../runtime/ports/mailboxes.ts';
import type { MemoryMailboxes } from '../../runtime/stores/memory/memory-mailboxes.ts';
import type { Dice } from './dice.ts';
import type { SimulatedTime } from './simulated-time.ts';
import { SimulatedFault, type StoreLink } from './store-link.ts';

/** Between two looks while anything is there. */
const LOOK_MS = 2_000;

/** What mailboxes have done, told in the moment in which it is done. */
export interface MailboxWatch {
  appended(messages: readonly Uint8Array[]): void;
  removed(messages: readonly Uint8Array[]): void;
}

export interface SimulatedMailboxesParts {
  /** What all nodes share. */
  readonly shared: MemoryMailboxes;
  readonly link: StoreLink;
  readonly time: SimulatedTime;
  readonly dice: Dice;
  /** Chance of messages to be refused, or appended twice, and of news to be lost. */
  readonly faulty: () => number;
  readonly watch: MailboxWatch;
}

/** The mailboxes as one life of a node sees them: messages come late and more than once, and news does not always come. */
export class SimulatedMailboxes implements Mailboxes {
  readonly #parts: SimulatedMailboxesParts;

  constructor(parts: SimulatedMailboxesParts) {
    this.#parts = parts;
  }

  append(partition: number, messages: readonly Uint8Array[]): Promise<void> {
    const { shared, link, dice, faulty, watch } = this.#parts;
    const append = (): Promise<void> => {
      watch.appended(messages);
      return shared.append(partition, messages);
    };
    return link.change(`append to ${partition}`, async () => {
      if (dice.chance(faulty())) throw new SimulatedFault('append: refused');
      if (dice.chance(faulty())) link.repeat(append);
      return append();
    });
  }

  read(query: MailboxQuery): Promise<readonly MailboxMessage[]> {
    return this.#parts.link.read(`mailbox ${query.partition}`, () => this.#parts.shared.read(query));
  }

  remove(partition: number, ids: readonly string[]): Promise<void> {
    const { shared, link, watch } = this.#parts;
    return link.change(`removal from ${partition}`, async () => {
      const all = await shared.read({ partition, after: undefined, limit: Number.POSITIVE_INFINITY });
      watch.removed(all.filter(({ id }) => ids.includes(id)).map(({ bytes }) => bytes));
      await shared.remove(partition, ids);
    });
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
