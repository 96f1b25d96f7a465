import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../redis/wait-until.ts';
import { buildCli, ROOT } from './cli-process.ts';
import { QueueFixture } from './queue-fixture.ts';

/** Says which process runs it, and ends where it is let go on. */
const SLOW = "note(process.pid); await until('go'); note('end', process.pid); return 'done'";

beforeAll(buildCli);

describe('an attempt whose worker', () => {
  test('is killed runs again in another one', async () => {
    const fixture = await QueueFixture.start({ slow: SLOW });
    const first = await fixture.worker();
    fixture.enqueue('slow', fixture.task('slow'));
    await fixture.functions.noted(1);

    first.child.kill('SIGKILL');
    const second = await fixture.worker();
    await fixture.functions.noted(2);
    fixture.functions.signal('go');

    expect(await fixture.received(1)).toEqual([{ type: 'TaskSucceeded', taskNumber: 1, output: '"done"' }]);
    expect(fixture.functions.ledger()).toEqual([
      `${first.child.pid}`,
      `${second.child.pid}`,
      `end ${second.child.pid}`,
    ]);
  });

  test('is killed after the charge charges once, where the function uses the token as its key', async () => {
    const fixture = await QueueFixture.start({});
    const functions = ['--functions', join(ROOT, 'examples/charge-once/functions')];
    const charges = (): string[] => readdirSync(fixture.functions.path).filter((name) => name.endsWith('.json'));
    writeFileSync(join(fixture.functions.path, 'slow'), '');
    const first = await fixture.worker(...functions);
    fixture.enqueue('charge-card', fixture.task('charge-card', { orderId: 'A-1001', amount: 89 }));
    await waitUntil('it is charged', () => charges().length === 1);

    first.child.kill('SIGKILL');
    await fixture.worker(...functions);
    rmSync(join(fixture.functions.path, 'slow'));

    const [message] = await fixture.received(1);
    expect(message).toMatchObject({ type: 'TaskSucceeded', output: '{"paymentId":"P-A-1001","amount":89}' });
    expect(charges()).toHaveLength(1);
  });

  test('stands still for too long runs twice, and has one result', async () => {
    const fixture = await QueueFixture.start({ slow: SLOW });
    const first = await fixture.worker();
    fixture.enqueue('slow', fixture.task('slow'));
    await fixture.functions.noted(1);

    first.child.kill('SIGSTOP');
    const second = await fixture.worker();
    await fixture.functions.noted(2);
    fixture.functions.signal('go');
    await fixture.functions.noted(3);
    first.child.kill('SIGCONT');
    await fixture.functions.noted(4);
    fixture.enqueue('slow', fixture.task('slow'));

    const messages = await fixture.received(2);
    expect(fixture.functions.ledger().slice(2, 4)).toEqual([`end ${second.child.pid}`, `end ${first.child.pid}`]);
    expect(messages.map((message) => 'taskNumber' in message && message.taskNumber)).toEqual([1, 2]);
  });

  test('is killed fails, and does not run again, where the loss of a worker is to fail it', async () => {
    const fixture = await QueueFixture.start({ slow: SLOW });
    const first = await fixture.worker('--on-worker-loss', 'fail');
    fixture.enqueue('slow', fixture.task('slow'));
    await fixture.functions.noted(1);

    first.child.kill('SIGKILL');
    await fixture.worker('--on-worker-loss', 'fail');

    const messages = await fixture.received(1);
    expect(messages).toMatchObject([{ type: 'TaskFailed', taskNumber: 1, error: 'Lambda.ServiceException' }]);
    expect(fixture.functions.ledger()).toHaveLength(1);
  });

  test('is killed by it each time fails with Lambda.Unknown, and its neighbour does not', async () => {
    const fixture = await QueueFixture.start({
      deadly: "note('deadly'); process.kill(process.pid, 'SIGKILL'); await until('never')",
      slow: "await until('go'); return 'survived'",
    });
    fixture.enqueue('slow', fixture.task('slow'));
    fixture.enqueue('deadly', fixture.task('deadly'));

    for (let deaths = 0; deaths < 3; deaths++) await fixture.startWorker().finished;
    await fixture.worker();
    const [first] = await fixture.received(1);
    fixture.functions.signal('go');
    const [, second] = await fixture.received(2);

    expect(fixture.functions.ledger()).toEqual(['deadly', 'deadly', 'deadly']);
    expect(first).toMatchObject({ type: 'TaskFailed', taskNumber: 2, error: 'Lambda.Unknown' });
    expect(second).toMatchObject({ type: 'TaskSucceeded', taskNumber: 1, output: '"survived"' });
  });

  test('is told to stop ends first', async () => {
    const fixture = await QueueFixture.start({ slow: SLOW });
    const worker = await fixture.worker('--concurrency', '1');
    fixture.enqueue('slow', fixture.task('slow'));
    await fixture.functions.noted(1);
    fixture.enqueue('slow', fixture.task('slow'));

    worker.child.kill('SIGTERM');
    await worker.says(/stopping/);
    fixture.functions.signal('go');
    const { code } = await worker.finished;

    expect(code).toBe(0);
    expect(await fixture.messages()).toHaveLength(1);
    expect(await fixture.jobCounts('slow')).toMatchObject({ wait: 1, active: 0 });
  });

  test('is told to stop and does not get to its end in time goes to another one', async () => {
    const fixture = await QueueFixture.start({ slow: SLOW });
    const first = await fixture.worker('--drain', '1ms');
    fixture.enqueue('slow', fixture.task('slow'));
    await fixture.functions.noted(1);

    first.child.kill('SIGTERM');
    const { code } = await first.finished;
    await waitUntil('it waits', async () => (await fixture.jobCounts('slow')).wait === 1);
    const second = await fixture.worker();
    fixture.functions.signal('go');

    await fixture.received(1);
    expect(code).toBe(0);
    expect(fixture.functions.ledger().at(-1)).toBe(`end ${second.child.pid}`);
  });
});
