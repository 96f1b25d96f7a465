import { expect, test } from 'vitest';
import { unpackEnvelope } from '../../../../runtime/partition/mailbox-message.ts';
import { MailboxWriter } from '../../../../runtime/partition/mailbox-writer.ts';
import type { Clock } from '../../../../runtime/ports/clock.ts';
import { StoreUnavailable } from '../../../../runtime/ports/store.ts';
import { MemoryMailboxes } from '../../../../runtime/stores/memory/memory-mailboxes.ts';
import { systemClock } from '../../../../runtime/system-clock.ts';

/** Waiting takes no time. */
const clock: Clock = { ...systemClock, at: (_, run) => systemClock.at(systemClock.now(), run) };

class AwayMailboxes extends MemoryMailboxes {
  failures = 0;

  override append(partition: number, messages: readonly Uint8Array[]): Promise<void> {
    if (this.failures-- > 0) return Promise.reject(new StoreUnavailable('away'));
    return super.append(partition, messages);
  }
}

async function envelopes(mailboxes: MemoryMailboxes): Promise<unknown[]> {
  const messages = await mailboxes.read({ partition: 3, after: undefined, limit: 10 });
  return messages.map(({ bytes }) => unpackEnvelope(bytes));
}

test('what is posted while the store is away arrives once it is back, in its order', async () => {
  const mailboxes = new AwayMailboxes();
  const writer = new MailboxWriter(mailboxes, clock);
  mailboxes.failures = 3;

  void writer.post(3, { endedStart: 'a' });
  void writer.post(3, { endedStart: 'b' });
  await writer.written();

  expect(await envelopes(mailboxes)).toEqual([{ endedStart: 'a' }, { endedStart: 'b' }]);
});

test('once it is stopped, what has not arrived is given up', async () => {
  const mailboxes = new AwayMailboxes();
  const writer = new MailboxWriter(mailboxes, clock);
  mailboxes.failures = Number.POSITIVE_INFINITY;

  void writer.post(3, { endedStart: 'a' });
  writer.stop();
  await writer.written();

  expect(await envelopes(mailboxes)).toEqual([]);
});
