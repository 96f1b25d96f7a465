import { toError } from '../../core/to-error.ts';
import type { Mailboxes, MailboxMessage } from '../ports/mailboxes.ts';
import { type MailboxEnvelope, unpackEnvelope } from './mailbox-message.ts';
import type { RuntimeLog } from './partition.ts';

/** Messages taken at a time: calls and results of this node get their turn in between. */
const PAGE = 512;

/**
 * Reads what others have put into the mailbox of an owned partition.
 *
 *   appended ──► read, handed over ──► what came of it is durable ──► removed
 *
 * A new owner reads from the beginning: what an earlier one has handled and not removed comes again, and changes nothing.
 */
export class MailboxReader {
  readonly #mailboxes: Mailboxes;
  readonly #partition: number;
  readonly #handle: (envelope: MailboxEnvelope, done: () => void) => void;
  readonly #log: RuntimeLog;
  readonly #handled: string[] = [];
  /** Ids of messages that were handed over and are not durable yet, oldest first, with when they were appended. */
  readonly #underWay: Map<string, number> = new Map();
  #unwatch: () => void = () => undefined;
  #last: string | undefined = undefined;
  /** Who waits for a reading to its end that has not begun yet. */
  #waiting: (() => void)[] = [];
  #reading = false;
  #news = false;
  #removing = false;
  #stopped = false;

  /** `handle` calls `done` when what the message asked for is durable; never where the partition is lost before that. */
  constructor(
    mailboxes: Mailboxes,
    partition: number,
    handle: (envelope: MailboxEnvelope, done: () => void) => void,
    log: RuntimeLog,
  ) {
    this.#mailboxes = mailboxes;
    this.#partition = partition;
    this.#handle = handle;
    this.#log = log;
  }

  /** Messages that were handed over and are not durable yet. */
  get depth(): number {
    return this.#underWay.size;
  }

  /** When the oldest of these was appended, in milliseconds since the epoch; undefined: there is none. */
  get oldestMs(): number | undefined {
    return this.#underWay.values().next().value;
  }

  start(): void {
    this.#unwatch = this.#mailboxes.watch(this.#partition, () => this.#read());
    this.#read();
  }

  /** Resolves when all has been handed over that had been appended before; never once it is stopped. */
  readToEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#read();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#unwatch();
  }

  #read(): void {
    this.#news = true;
    if (this.#handled.length > 0) void this.#remove();
    if (this.#reading || this.#stopped) return;
    this.#reading = true;
    this.#readAll()
      .catch((error) => {
        // It stays in the mailbox; the next news, or the next look, comes back to it.
        if (!this.#stopped) this.#log('warn', `mailbox ${this.#partition} cannot be read: ${toError(error).message}`);
      })
      .finally(() => {
        this.#reading = false;
      });
  }

  async #readAll(): Promise<void> {
    while (this.#news && !this.#stopped) {
      this.#news = false;
      const waited = this.#waiting.length;
      for (let page = PAGE; page === PAGE && !this.#stopped; ) {
        const query = { partition: this.#partition, after: this.#last, limit: PAGE };
        const messages = await this.#mailboxes.read(query);
        if (this.#stopped) return;
        for (const message of messages) this.#take(message);
        this.#last = messages.at(-1)?.id ?? this.#last;
        page = messages.length;
      }
      for (const resolve of this.#waiting.splice(0, waited)) resolve();
    }
  }

  #take({ id, appendedMs, bytes }: MailboxMessage): void {
    let envelope: MailboxEnvelope;
    try {
      envelope = unpackEnvelope(bytes);
    } catch (error) {
      this.#log('error', `message ${id} of mailbox ${this.#partition} stays there: ${toError(error).message}`);
      return;
    }
    this.#underWay.set(id, appendedMs);
    this.#handle(envelope, () => {
      this.#underWay.delete(id);
      this.#handled.push(id);
      void this.#remove();
    });
  }

  async #remove(): Promise<void> {
    if (this.#removing) return;
    this.#removing = true;
    try {
      // Those that become durable together are removed together.
      await Promise.resolve();
      while (this.#handled.length > 0) {
        const ids = [...this.#handled];
        await this.#mailboxes.remove(this.#partition, ids);
        this.#handled.splice(0, ids.length);
      }
    } catch {
      // The next look tries again; to the next owner they come again, and change nothing.
    } finally {
      this.#removing = false;
    }
  }
}
