import { ExecutionDoesNotExist, type SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiServer, ended, PASS, until, WAIT } from './api-server.ts';

let server: ApiServer;
let sfn: SFN;

beforeAll(async () => {
  server = await ApiServer.start({ submit: 'export const handler = () => ({});' });
  sfn = server.client();
});

afterAll(() => server.stop());

describe('executions', () => {
  test('an execution runs to its end and is described', async () => {
    const stateMachineArn = await server.machine(sfn);

    const { executionArn, startDate } = await sfn.startExecution({ stateMachineArn, name: 'one', input: '{"a": 1}' });
    await ended(sfn, executionArn);

    const { $metadata, stopDate, ...described } = await sfn.describeExecution({ executionArn });
    expect($metadata.httpStatusCode).toBe(200);
    expect(stopDate).toBeInstanceOf(Date);
    expect(described).toEqual({
      executionArn,
      stateMachineArn,
      name: 'one',
      status: 'SUCCEEDED',
      startDate,
      input: '{"a": 1}',
      inputDetails: { included: true },
      output: '{"a": 1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  test('starting again with name and input of a running execution answers with that one', async () => {
    const stateMachineArn = await server.machine(sfn, { definition: WAIT });
    const first = await sfn.startExecution({ stateMachineArn, name: 'one', input: '{}' });

    const second = await sfn.startExecution({ stateMachineArn, name: 'one', input: '{}' });

    expect([second.executionArn, second.startDate]).toEqual([first.executionArn, first.startDate]);
  });

  test('many starts of one name at once make one execution', async () => {
    const stateMachineArn = await server.machine(sfn, { definition: WAIT });

    const starts = Array.from({ length: 20 }, () => sfn.startExecution({ stateMachineArn, name: 'one' }));
    const answers = await Promise.all(starts);

    expect(new Set(answers.map(({ startDate }) => startDate?.getTime())).size).toBe(1);
    const { executions } = await sfn.listExecutions({ stateMachineArn });
    expect(executions?.length).toBe(1);
  });

  test('starting with the name of a running execution and another input is refused', async () => {
    const stateMachineArn = await server.machine(sfn, { definition: WAIT });
    const { executionArn } = await sfn.startExecution({ stateMachineArn, name: 'one', input: '{}' });

    const again = sfn.startExecution({ stateMachineArn, name: 'one', input: '{"a":1}' });

    await expect(again).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn}'`,
    });
  });

  test('starting with the name of an execution that is over is refused', async () => {
    const stateMachineArn = await server.machine(sfn);
    const { executionArn } = await sfn.startExecution({ stateMachineArn, name: 'one' });
    await ended(sfn, executionArn);

    await expect(sfn.startExecution({ stateMachineArn, name: 'one' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
  });

  test.each([
    ['', 'Invalid execution input.'],
    [
      'not json',
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    ["{'a'", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
  ])('the input %j is refused', async (input, reason) => {
    const stateMachineArn = await server.machine(sfn);

    await expect(sfn.startExecution({ stateMachineArn, input })).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
      message: `Invalid State Machine Execution Input: '${reason}'`,
    });
  });

  test('a machine that does not exist cannot be started', async () => {
    const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:nobody';

    await expect(sfn.startExecution({ stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });

  test('an execution that does not exist cannot be described', async () => {
    const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:nobody:one';

    const described = sfn.describeExecution({ executionArn });

    await expect(described).rejects.toThrow(ExecutionDoesNotExist);
    await expect(described).rejects.toThrow(`Execution Does Not Exist: '${executionArn}'`);
  });

  test('stopping aborts an execution with error and cause', async () => {
    const stateMachineArn = await server.machine(sfn, { definition: WAIT });
    const { executionArn } = await sfn.startExecution({ stateMachineArn });

    const { stopDate } = await sfn.stopExecution({ executionArn, error: 'Enough', cause: 'of this' });

    const described = await sfn.describeExecution({ executionArn });
    expect(described).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'of this', stopDate });
    expect(described.redriveStatus).toBe('REDRIVABLE');
  });

  test('an execution shows the definition that it was started with', async () => {
    const stateMachineArn = await server.machine(sfn, { definition: WAIT });
    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    await sfn.updateStateMachine({ stateMachineArn, definition: PASS });

    const { definition, name, updateDate } = await sfn.describeStateMachineForExecution({ executionArn });

    expect([definition, name]).toEqual([WAIT, stateMachineArn.split(':').at(-1)]);
    expect(updateDate).toBeInstanceOf(Date);
  });

  test('executions are listed newest first, by status and over several pages', async () => {
    const stateMachineArn = await server.machine(sfn, { definition: WAIT });
    const arns: (string | undefined)[] = [];
    for (const name of ['a', 'b', 'c'])
      arns.unshift((await sfn.startExecution({ stateMachineArn, name })).executionArn);
    await sfn.stopExecution({ executionArn: arns[0] });

    const all = await sfn.listExecutions({ stateMachineArn, maxResults: 2 });
    const rest = await sfn.listExecutions({ stateMachineArn, maxResults: 2, nextToken: all.nextToken });
    const aborted = await sfn.listExecutions({ stateMachineArn, statusFilter: 'ABORTED' });

    const pages = [all, rest, aborted].map(({ executions }) => executions?.map(({ executionArn }) => executionArn));
    expect(new Set([...(pages[0] ?? []), ...(pages[1] ?? [])])).toEqual(new Set(arns));
    expect([pages[0]?.length, pages[1]?.length, rest.nextToken]).toEqual([2, 1, undefined]);
    expect(pages[2]).toEqual([arns[0]]);
  });

  test('a status that does not exist is refused with those that do', async () => {
    const stateMachineArn = await server.machine(sfn);
    const statusFilter = 'succeeded' as 'SUCCEEDED'; // the client does not check it

    await expect(sfn.listExecutions({ stateMachineArn, statusFilter })).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
    });
  });

  test('a history is read in pages, in both directions', async () => {
    const stateMachineArn = await server.machine(sfn);
    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    await ended(sfn, executionArn);

    const first = await sfn.getExecutionHistory({ executionArn, maxResults: 3, reverseOrder: true });
    const { nextToken } = first;
    const second = await sfn.getExecutionHistory({ executionArn, maxResults: 3, reverseOrder: true, nextToken });

    const types = [first, second].map(({ events }) => events?.map(({ type }) => type));
    expect(types).toEqual([['ExecutionSucceeded', 'PassStateExited', 'PassStateEntered'], ['ExecutionStarted']]);
    expect(second.events?.[0]?.timestamp).toBeInstanceOf(Date);
  });

  test('a history without execution data shows no inputs and outputs', async () => {
    const stateMachineArn = await server.machine(sfn);
    const { executionArn } = await sfn.startExecution({ stateMachineArn, input: '"secret"' });
    await ended(sfn, executionArn);

    const { events } = await sfn.getExecutionHistory({ executionArn, includeExecutionData: false });

    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

describe('Express executions', () => {
  test('a synchronous one answers with its output and what it would cost', async () => {
    const stateMachineArn = await server.machine(sfn, { type: 'EXPRESS' });

    const answer = await sfn.startSyncExecution({ stateMachineArn, name: 'one', input: '{"a":1}' });

    const executionArn = `${stateMachineArn.replace('stateMachine', 'express')}:one:`;
    expect(answer.executionArn?.startsWith(executionArn)).toBe(true);
    expect(answer).toMatchObject({
      stateMachineArn,
      name: 'one',
      status: 'SUCCEEDED',
      output: '{"a":1}',
      outputDetails: { included: true },
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 },
    });
  });

  test('a synchronous one that fails answers with error and cause', async () => {
    const fail = { Type: 'Fail', Error: 'Broken', Cause: 'on purpose' };
    const definition = JSON.stringify({ StartAt: 'Only', States: { Only: fail } });
    const stateMachineArn = await server.machine(sfn, { type: 'EXPRESS', definition });

    const { status, error, cause, output } = await sfn.startSyncExecution({ stateMachineArn });

    expect({ status, error, cause, output }).toEqual({ status: 'FAILED', error: 'Broken', cause: 'on purpose' });
  });

  test('a Standard machine cannot be run synchronously', async () => {
    const stateMachineArn = await server.machine(sfn);

    await expect(sfn.startSyncExecution({ stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
      message: 'This operation is not supported by this type of state machine',
    });
  });

  test('an asynchronous one is started, and cannot be described', async () => {
    const stateMachineArn = await server.machine(sfn, { type: 'EXPRESS' });

    const { executionArn } = await sfn.startExecution({ stateMachineArn });

    await expect(sfn.describeExecution({ executionArn })).rejects.toMatchObject({
      name: 'InvalidArn',
      message: "Invalid Arn: 'Resource type not valid in this context: express'",
    });
    await expect(sfn.listExecutions({ stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });
});

describe('task tokens', () => {
  const waiting = JSON.stringify({
    StartAt: 'Approve',
    States: {
      Approve: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: 'submit', Payload: { 'token.$': '$$.Task.Token' } },
        End: true,
      },
    },
  });

  /** An execution that waits, and the token it waits for. */
  async function waitForToken(): Promise<{ executionArn: string; taskToken: string }> {
    const stateMachineArn = await server.machine(sfn, { definition: waiting });
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn });
    const parameters = await until('the function has been called', async () => {
      const { events = [] } = await sfn.getExecutionHistory({ executionArn });
      if (!events.some(({ type }) => type === 'TaskSubmitted')) return undefined;
      return events.find(({ type }) => type === 'TaskScheduled')?.taskScheduledEventDetails?.parameters;
    });
    return { executionArn, taskToken: JSON.parse(parameters).Payload.token };
  }

  test('success gives the task its output', async () => {
    const { executionArn, taskToken } = await waitForToken();

    await sfn.sendTaskHeartbeat({ taskToken });
    await sfn.sendTaskSuccess({ taskToken, output: '{"ok":true}' });

    expect(await ended(sfn, executionArn)).toEqual({ status: 'SUCCEEDED', output: '{"ok":true}' });
  });

  test('failure gives the task its error', async () => {
    const { executionArn, taskToken } = await waitForToken();

    await sfn.sendTaskFailure({ taskToken, error: 'Refused', cause: 'too dear' });

    await ended(sfn, executionArn);
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({ error: 'Refused', cause: 'too dear' });
  });

  test('a token serves once', async () => {
    const { taskToken } = await waitForToken();
    await sfn.sendTaskSuccess({ taskToken, output: '1' });

    await expect(sfn.sendTaskSuccess({ taskToken, output: '2' })).rejects.toMatchObject({
      name: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
  });

  test('a token that nobody gave is refused', async () => {
    await expect(sfn.sendTaskHeartbeat({ taskToken: 'guess' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('output that is not JSON is refused, and the task goes on waiting', async () => {
    const { executionArn, taskToken } = await waitForToken();

    await expect(sfn.sendTaskSuccess({ taskToken, output: '{' })).rejects.toMatchObject({ name: 'InvalidOutput' });

    expect(await sfn.describeExecution({ executionArn })).toMatchObject({ status: 'RUNNING' });
  });
});
