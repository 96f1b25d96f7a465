import { expect, test } from 'vitest';
import { createApp } from '../../../app.ts';
import { stateMachineArn } from '../../../core/arn.ts';
import type { Progress } from '../../../runtime/progress.ts';

async function setup() {
  const app = await createApp({});
  const arn = stateMachineArn('us-east-1', '123456789012', 'm');
  const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
  const machine = await app.engine.machines.create({
    arn,
    name: 'm',
    type: 'STANDARD',
    definition,
    roleArn: 'arn:aws:iam::123456789012:role/r',
    configuration: {},
  });
  const start = () => app.engine.startExecution({ machine, name: undefined, input: '{}', traceHeader: undefined });
  return { app, start };
}

test('an end is told once, before its start is answered, and is durable by then', async () => {
  const { app, start } = await setup();
  const told: Progress[] = [];
  app.engine.subscribe((progress) => told.push(progress));

  const { executionArn } = await start();

  expect(told).toEqual([{ executionArn, lastEventId: 4, status: 'SUCCEEDED' }]);
  expect(await app.engine.describeExecution(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  await app.stop();
});

test('whoever has ended the subscription is told nothing more', async () => {
  const { app, start } = await setup();
  const told: Progress[] = [];
  const unsubscribe = app.engine.subscribe((progress) => told.push(progress));
  unsubscribe();

  await start();

  expect(told).toEqual([]);
  await app.stop();
});
