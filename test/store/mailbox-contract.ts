import { afterEach, describe, expect, test } from 'vitest';
import type { Mailboxes } from '../../runtime/ports/mailboxes.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { text } from './store-owner.ts';

/** Mailboxes that nobody has used, and a second process's view of the same. */
export interface MailboxPlace {
  readonly here: Mailboxes;
  readonly there: Mailboxes;
  remove(): void | Promise<void>;
}

/** What mailboxes promise; see runtime/ports/mailboxes.ts. */
export function describeMailboxes(name: string, createPlace: () => Promise<MailboxPlace>): void {
  const teardown: (() => unknown)[] = [];
  afterEach(async () => {
    for (const undo of teardown.splice(0).reverse()) await undo();
  });
  const setup = async (): Promise<MailboxPlace> => {
    const place = await createPlace();
    teardown.push(() => place.remove());
    return place;
  };
  const bytes = (...texts: readonly string[]): Uint8Array[] => texts.map((each) => new TextEncoder().encode(each));
  const read = async (mailboxes: Mailboxes, query: { after?: string; limit?: number } = {}): Promise<string[]> =>
    (await mailboxes.read({ partition: 1, after: undefined, limit: 9, ...query })).map((each) => `${text(each.bytes)}`);

  describe(`${name}: mailboxes`, () => {
    test('messages are read in the order in which they were appended, by any process', async () => {
      const { here, there } = await setup();

      await here.append(1, bytes('a', 'b'));
      await there.append(1, bytes('c'));

      expect(await read(here)).toEqual(['a', 'b', 'c']);
      expect(await read(there)).toEqual(['a', 'b', 'c']);
    });

    test('bytes come back as they are, none included', async () => {
      const { here } = await setup();
      const message = Uint8Array.from({ length: 256 }, (_, i) => i);

      await here.append(1, [message, new Uint8Array()]);

      const found = await here.read({ partition: 1, after: undefined, limit: 9 });
      expect(found.map((each) => [...each.bytes])).toEqual([[...message], []]);
    });

    test('what was read stays, until it is removed', async () => {
      const { here } = await setup();
      await here.append(1, bytes('a', 'b', 'c'));
      const [first, , third] = await here.read({ partition: 1, after: undefined, limit: 9 });

      await here.remove(1, [first?.id ?? '', third?.id ?? '']);

      expect(await read(here)).toEqual(['b']);
    });

    test('removing what is gone changes nothing', async () => {
      const { here } = await setup();
      await here.append(1, bytes('a', 'b'));
      const ids = (await here.read({ partition: 1, after: undefined, limit: 1 })).map(({ id }) => id);

      await here.remove(1, ids);
      await here.remove(1, ids);
      await here.remove(1, []);

      expect(await read(here)).toEqual(['b']);
    });

    test('pages follow each other, also behind a message that is gone', async () => {
      const { here } = await setup();
      await here.append(1, bytes('a', 'b', 'c', 'd', 'e'));
      const page = await here.read({ partition: 1, after: undefined, limit: 2 });
      const last = page.at(-1)?.id ?? '';
      await here.remove(1, [last]);

      expect(await read(here, { after: last, limit: 2 })).toEqual(['c', 'd']);
    });

    test('each partition has its own', async () => {
      const { here } = await setup();

      await here.append(2, bytes('other'));

      expect(await read(here)).toEqual([]);
    });

    test('more messages than one call takes are appended and removed in order', async () => {
      const { here } = await setup();
      const texts = Array.from({ length: 2_500 }, (_, i) => String(i));

      await here.append(1, bytes(...texts));

      expect(await read(here, { limit: 5_000 })).toEqual(texts);
      const all = await here.read({ partition: 1, after: undefined, limit: 5_000 });
      await here.remove(
        1,
        all.map(({ id }) => id),
      );
      expect(await read(here)).toEqual([]);
    });

    test('who watches is told of what another process appends', async () => {
      const { here, there } = await setup();
      let found: string[] = [];
      const stop = here.watch(1, () => {
        void read(here).then((now) => {
          found = now;
        });
      });
      teardown.push(stop);

      await there.append(1, bytes('news'));

      await waitUntil('the news arrive', () => found.includes('news'));
    });

    test('who has stopped watching is told nothing, and others are', async () => {
      const { here, there } = await setup();
      let stopped = 0;
      let going = 0;
      const stop = here.watch(1, () => stopped++);
      teardown.push(here.watch(1, () => going++));
      stop();
      const before = stopped;

      await there.append(1, bytes('news'));
      await waitUntil('the other one is told', () => going > 0);

      expect(stopped).toBe(before);
    });
  });
}
