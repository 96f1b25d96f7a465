import type { Mailboxes, MailboxMessage, MailboxQuery } from '../../ports/mailboxes.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisKeys } from './redis-keys.ts';
import { APPEND_MESSAGES } from './scripts/append-messages.ts';

/** News that a cut connection has swallowed are found so late at most. */
const LOOK_EVERY_MS = 2_000;
/** Values that pass through one call of a script, and ids through one XDEL. */
const MESSAGES_AT_ONCE = 1_000;

/**
 * A stream for each partition. Who watches one is told by a message on a channel, which may be lost, and looks every two
 * seconds besides.
 */
export class RedisMailboxes implements Mailboxes {
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  /** By channel. */
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor(connection: RedisConnection, keys: RedisKeys) {
    this.#connection = connection;
    this.#keys = keys;
    const { client } = connection;
    client.on('message', (channel: string) => this.#tell(channel));
    client.on('ready', () => {
      for (const channel of this.#watchers.keys()) this.#subscribe(channel);
    });
  }

  async append(partition: number, messages: readonly Uint8Array[]): Promise<void> {
    const keys = [this.#keys.mailbox(partition), this.#keys.news(partition)];
    for (let from = 0; from < messages.length; from += MESSAGES_AT_ONCE) {
      const some = messages.slice(from, from + MESSAGES_AT_ONCE).map((message) => Buffer.from(message));
      await this.#connection.patiently(() => this.#connection.run(APPEND_MESSAGES, keys, some));
    }
  }

  async read({ partition, after, limit }: MailboxQuery): Promise<readonly MailboxMessage[]> {
    const start = after === undefined ? '-' : `(${after}`;
    const found = await this.#connection.patiently(() =>
      this.#connection.client.xrangeBuffer(this.#keys.mailbox(partition), start, '+', 'COUNT', limit),
    );
    return found.map(([id, [, bytes]]) => {
      const text = id.toString();
      return { id: text, appendedMs: Number(text.slice(0, text.indexOf('-'))), bytes: bytes ?? Buffer.alloc(0) };
    });
  }

  async remove(partition: number, ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += MESSAGES_AT_ONCE) {
      const some = ids.slice(from, from + MESSAGES_AT_ONCE);
      await this.#connection.patiently(() => this.#connection.client.xdel(this.#keys.mailbox(partition), ...some));
    }
  }

  watch(partition: number, onNews: () => void): () => void {
    const channel = this.#keys.news(partition);
    const watchers = this.#watchers.get(channel) ?? new Set();
    const look = (): void => onNews(); // one of its own: the same function may watch twice
    this.#watchers.set(channel, watchers.add(look));
    this.#subscribe(channel);
    const timer = setInterval(look, LOOK_EVERY_MS);
    timer.unref();
    return () => {
      clearInterval(timer);
      watchers.delete(look);
      if (watchers.size > 0 || this.#watchers.get(channel) !== watchers) return;
      this.#watchers.delete(channel);
      this.#connection.client.unsubscribe(channel).catch(() => undefined); // the connection is gone, and its news
    };
  }

  /**
   * News from before it is subscribed are lost: so it is news itself. It may come up later than the other connections;
   * where it cannot be had, `ready` says when there is another one.
   */
  #subscribe(channel: string): void {
    const subscribed = this.#connection.patiently(() => this.#connection.client.subscribe(channel));
    subscribed.then(
      () => this.#tell(channel),
      () => undefined,
    );
  }

  #tell(channel: string): void {
    for (const look of this.#watchers.get(channel) ?? []) look();
  }
}
