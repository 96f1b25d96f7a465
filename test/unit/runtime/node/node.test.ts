import { expect, test } from 'vitest';
import { executionKeyOf } from '../../../../runtime/actor/execution-key.ts';
import { Engine } from '../../../../runtime/engine.ts';
import { packEnvelope } from '../../../../runtime/partition/mailbox-message.ts';
import type { Members, NodeRecord } from '../../../../runtime/ports/membership.ts';
import { NotOwner } from '../../../../runtime/ports/not-owner.ts';
import { type Lease, StoreUnavailable, type TurnCommit } from '../../../../runtime/ports/store.ts';
import type { TaskRequest } from '../../../../runtime/ports/task-dispatcher.ts';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryMailboxes } from '../../../../runtime/stores/memory/memory-mailboxes.ts';
import { MemoryMembership } from '../../../../runtime/stores/memory/memory-membership.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemRandom } from '../../../../runtime/system-random.ts';
import { SimulatedTime } from '../../../simulation/simulated-time.ts';
import { createMachine, settled, start } from '../open-engine.ts';

const LEASE_TERM_MS = 60_000;
/** Two looks at the members, and what a look takes. */
const SOON_MS = 1_100;
const WORK = 'arn:aws:lambda:us-east-1:123456789012:function:work';
const ONE_TASK = { StartAt: 'Only', States: { Only: { Type: 'Task', Resource: WORK, End: true } } };
const ASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: 'work', Payload: { 'token.$': '$$.Task.Token' } },
};

/** A store, and a membership, that cannot be reached while they are away. */
class LeavingStore extends MemoryStore {
  away = false;

  override async commitTurns(commit: TurnCommit): Promise<void> {
    this.#reach();
    await super.commitTurns(commit);
  }

  override async renewLease(lease: Lease, termMs: number): Promise<boolean> {
    this.#reach();
    return super.renewLease(lease, termMs);
  }

  override async releaseLease(lease: Lease): Promise<void> {
    this.#reach();
    await super.releaseLease(lease);
  }

  membership(now: () => number): MemoryMembership {
    const reach = (): void => this.#reach();
    return new (class extends MemoryMembership {
      override async heartbeat(node: NodeRecord, termMs: number): Promise<Members> {
        reach();
        return super.heartbeat(node, termMs);
      }
    })(now);
  }

  #reach(): void {
    if (this.away) throw new StoreUnavailable('away');
  }
}

/** A node alone on a store that it could share, with its time. */
async function setup() {
  const time = new SimulatedTime(0);
  const now = (): number => time.nowMs;
  const clock = {
    now,
    elapsed: now,
    at: (atMs: number, run: () => void) => time.at(atMs, run),
    soon: (run: () => void) => void time.after(0, run),
  };
  const goOn = async (ms: number): Promise<void> => {
    const untilMs = time.nowMs + ms;
    for (time.at(untilMs, () => undefined); time.nowMs < untilMs; ) {
      await settled();
      time.advance();
    }
    await settled();
  };
  const store = new LeavingStore(new MemoryDisk(), now);
  const dispatched: TaskRequest[] = [];
  const over: string[] = [];
  const mailboxes = new MemoryMailboxes();
  const engine = await Engine.open({
    store,
    clock,
    random: systemRandom,
    dispatcher: {
      dispatch: (task) => void dispatched.push(task),
      cancel: () => undefined,
      over: (token, how) => void over.push(`${how} ${token}`),
    },
    mapConcurrencyMax: 40,
    crashesMax: 3,
    version: '0',
    log: () => undefined,
    fatal: () => undefined,
    cluster: { membership: store.membership(now), mailboxes, leaseTermMs: LEASE_TERM_MS },
  });
  await engine.node.join('http://here');
  const begin = async (definition: object): Promise<string> => {
    const creating = createMachine(engine, 'm', 'STANDARD', definition);
    await goOn(1);
    const started = start(engine, await creating);
    await goOn(1);
    return (await started).executionArn;
  };
  return { engine, store, begin, dispatched, over, mailboxes, goOn };
}

test('a partition that was lost while its store was away is owned again as soon as the store answers', async () => {
  const { engine, store, begin, dispatched, goOn } = await setup();
  const executionArn = await begin(ONE_TASK);

  store.away = true;
  const refused = expect(engine.stopExecution(executionArn, undefined, undefined)).rejects.toThrow(NotOwner);
  await goOn(5_000);
  await refused;
  expect(engine.node.ownsAny).toBe(false);
  store.away = false;
  await goOn(SOON_MS);

  expect(engine.node.at(0).figures.epoch).toBe(2);
  expect(dispatched.map((task) => task.executionArn)).toEqual([executionArn, executionArn]);
});

test('the dispatcher hears of a result that came through the mailbox', async () => {
  const { begin, dispatched, over, mailboxes, goOn } = await setup();
  const executionArn = await begin(ONE_TASK);

  const message = { type: 'TaskSucceeded', taskNumber: 1, output: '{}' } as const;
  void mailboxes.append(0, [packEnvelope({ executionKey: executionKeyOf(executionArn), message })]);
  await goOn(1);

  expect(over).toEqual([`reported ${dispatched[0]?.token}`]);
});

test('the dispatcher hears of a token that was answered before its function was, once that is durable', async () => {
  const { engine, store, begin, dispatched, over, goOn } = await setup();
  await begin({ StartAt: 'Ask', States: { Ask: { ...ASK, Next: 'Again' }, Again: { ...ASK, End: true } } });
  const answer = { type: 'TaskSucceeded', output: '{}' } as const;
  const token = dispatched[0]?.token ?? '';

  const beating = engine.answerTask(token, { type: 'TaskHeartbeat' });
  await goOn(1);
  const answered = engine.answerTask(token, answer);
  expect(over).toEqual([]);
  await goOn(1);
  expect([await beating, await answered]).toEqual(['taken', 'taken']);
  store.away = true;
  const refused = expect(engine.answerTask(dispatched[1]?.token ?? '', answer)).rejects.toThrow(NotOwner);
  await goOn(1);
  await refused;

  expect(over).toEqual([`answered ${token}`]);
});
