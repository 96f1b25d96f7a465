import { expect, test } from 'vitest';
import { type MailboxEnvelope, packEnvelope } from '../../../../runtime/partition/mailbox-message.ts';
import { MailboxReader } from '../../../../runtime/partition/mailbox-reader.ts';
import { MemoryMailboxes } from '../../../../runtime/stores/memory/memory-mailboxes.ts';

const PARTITION = 3;

function setup() {
  const mailboxes = new MemoryMailboxes();
  const handled: { readonly envelope: MailboxEnvelope; readonly done: () => void }[] = [];
  const handle = (envelope: MailboxEnvelope, done: () => void): void => void handled.push({ envelope, done });
  const reader = new MailboxReader(mailboxes, PARTITION, handle, () => undefined);
  return { mailboxes, handled, reader };
}

function starts(...names: readonly string[]): Uint8Array[] {
  return names.map((endedStart) => packEnvelope({ endedStart }));
}

test('a reading to the end hands over all that had been appended, also while another reading is under way', async () => {
  const { mailboxes, handled, reader } = setup();
  await mailboxes.append(PARTITION, starts('a'));
  reader.start();
  await mailboxes.append(PARTITION, starts('b', 'c'));

  await reader.readToEnd();

  expect(handled.map(({ envelope }) => envelope)).toEqual([
    { endedStart: 'a' },
    { endedStart: 'b' },
    { endedStart: 'c' },
  ]);
  reader.stop();
});

test('it counts what has been handed over and is not durable, and knows the oldest', async () => {
  const { mailboxes, handled, reader } = setup();
  await mailboxes.append(PARTITION, starts('a', 'b'));
  await reader.readToEnd();
  const [oldest] = await mailboxes.read({ partition: PARTITION, after: undefined, limit: 1 });

  const depthBefore = reader.depth;
  const oldestMs = reader.oldestMs;
  for (const { done } of handled) done();

  expect(depthBefore).toBe(2);
  expect(oldestMs).toBe(oldest?.appendedMs);
  expect(reader.depth).toBe(0);
  expect(reader.oldestMs).toBeUndefined();
});
