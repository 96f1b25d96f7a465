import type { Clock } from '../ports/clock.ts';
import type { Mailboxes } from '../ports/mailboxes.ts';
import { type MailboxEnvelope, packEnvelope } from './mailbox-message.ts';

/** Between two attempts to append while the store is away, in milliseconds. */
const RETRY_MS = 250;

/**
 * Puts what ends here into the mailboxes of partitions that others own now. It tries until it has succeeded: nobody does
 * again what a node works on that lives. What gathers while one append is under way goes with the next.
 */
export class MailboxWriter {
  readonly #mailboxes: Mailboxes;
  readonly #clock: Clock;
  readonly #waiting: Map<number, Uint8Array[]> = new Map();
  readonly #writing: Map<number, Promise<void>> = new Map();
  #stopped = false;

  constructor(mailboxes: Mailboxes, clock: Clock) {
    this.#mailboxes = mailboxes;
    this.#clock = clock;
  }

  /** Resolves when it is in the mailbox, or given up. */
  async post(partition: number, envelope: MailboxEnvelope): Promise<void> {
    const waiting = this.#waiting.get(partition) ?? [];
    this.#waiting.set(partition, waiting);
    waiting.push(packEnvelope(envelope));
    const writing = this.#writing.get(partition) ?? this.#write(partition, waiting);
    this.#writing.set(partition, writing);
    await writing;
  }

  /** Resolves when all that was posted so far is in its mailbox. */
  async written(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  /** Gives up what is not written: its work is done again when this node is no member any more. */
  stop(): void {
    this.#stopped = true;
  }

  async #write(partition: number, waiting: Uint8Array[]): Promise<void> {
    while (waiting.length > 0 && !this.#stopped) {
      const some = waiting.splice(0);
      try {
        await this.#mailboxes.append(partition, some);
      } catch {
        waiting.unshift(...some);
        await new Promise<void>((resolve) => this.#clock.at(this.#clock.now() + RETRY_MS, resolve));
      }
    }
    this.#writing.delete(partition); // in the very turn that has found nothing left: the next post begins anew
  }
}
