import { MailboxWriter } from '../../../runtime/partition/mailbox-writer.ts';
import { MemoryMailboxes } from '../../../runtime/stores/memory/memory-mailboxes.ts';
import { replaceMethod } from '../replace-method.ts';
import { SimulatedMailboxes } from '../simulated-mailboxes.ts';
import { all, type PlantedBug } from './planted-bug.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;

export const MAILBOX_BUGS: readonly PlantedBug[] = [
  {
    bug: 'a message is removed before the commit of its turn is durable',
    plant: () =>
      replaceMethod(
        SimulatedMailboxes.prototype,
        'read',
        (read) =>
          async function (this: SimulatedMailboxes, query) {
            const messages = await read.call(this, query);
            const ids = messages.map(({ id }) => id);
            if (ids.length > 0) this.remove(query.partition, ids).catch(() => undefined);
            return messages;
          },
      ),
  },
  {
    bug: 'a message that could not be appended is given up',
    plant: () =>
      replaceMethod(
        SimulatedMailboxes.prototype,
        'append',
        (append) =>
          function (this: SimulatedMailboxes, ...args) {
            return append.apply(this, args).catch(() => undefined);
          },
      ),
  },
  {
    bug: 'every fourth append is acknowledged and not done',
    plant: () =>
      replaceMethod(MemoryMailboxes.prototype, 'append', (append) => {
        let appends = 0;
        return async function (this: MemoryMailboxes, ...args) {
          if (++appends % 4 !== 0) await append.apply(this, args);
        };
      }),
  },
  {
    bug: 'a new owner reads only what comes in its time',
    plant: () => {
      const last = new Map<number, string | undefined>();
      return all(
        replaceMethod(
          MemoryMailboxes.prototype,
          'watch',
          (watch) =>
            function (this: MemoryMailboxes, partition, onNews) {
              const there = this.read({ partition, after: undefined, limit: NO_LIMIT });
              void there.then((messages) => last.set(partition, messages.at(-1)?.id));
              return watch.call(this, partition, onNews);
            },
        ),
        replaceMethod(
          SimulatedMailboxes.prototype,
          'read',
          (read) =>
            function (this: SimulatedMailboxes, query) {
              return read.call(this, { ...query, after: query.after ?? last.get(query.partition) });
            },
        ),
      );
    },
  },
  {
    bug: 'a message is told to be in its mailbox before it is: a kept release is forgotten too early',
    plant: () =>
      replaceMethod(
        MailboxWriter.prototype,
        'post',
        (post) =>
          async function (this: MailboxWriter, ...args) {
            void post.apply(this, args);
          },
      ),
  },
  {
    bug: 'the result of what goes on after a hand-over is dropped',
    plant: () =>
      replaceMethod(
        MailboxWriter.prototype,
        'post',
        (post) =>
          async function (this: MailboxWriter, partition, envelope) {
            const isResult = 'message' in envelope && envelope.message.type.startsWith('Task');
            if (!isResult) await post.call(this, partition, envelope);
          },
      ),
  },
];
