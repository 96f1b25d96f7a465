import type { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiServer, PASS, ROLE, WAIT } from './api-server.ts';

let server: ApiServer;
let sfn: SFN;

beforeAll(async () => {
  server = await ApiServer.start();
  sfn = server.client();
});

afterAll(() => server.stop());

function machineArn(name: string): string {
  return `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
}

describe('state machines', () => {
  test('creation answers with the ARN and the time', async () => {
    const name = server.freshName();

    const created = await sfn.createStateMachine({ name, definition: PASS, roleArn: ROLE });

    expect(created.stateMachineArn).toBe(machineArn(name));
    expect(created.creationDate?.getTime()).toBeCloseTo(Date.now(), -5);
  });

  test('creation is idempotent, whatever the role', async () => {
    const name = server.freshName();
    const first = await sfn.createStateMachine({ name, definition: PASS, roleArn: ROLE });

    const second = await sfn.createStateMachine({ name, definition: PASS, roleArn: `${ROLE}-2` });

    expect(second.creationDate).toEqual(first.creationDate);
  });

  test('creation under a name that has another definition is refused', async () => {
    const name = server.freshName();
    await server.machine(sfn, { name });

    const again = server.machine(sfn, { name, definition: `${PASS} ` });

    await expect(again).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
      message: `State Machine Already Exists: '${machineArn(name)}'`,
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each([
    ['InvalidName', { name: 'a b' }, "Invalid Name: 'a b'"],
    ['InvalidArn', { roleArn: 'me' }, "Invalid Role Arn: 'me'"],
    [
      'InvalidDefinition',
      { definition: '{}' },
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /'",
    ],
    [
      'InvalidLoggingConfiguration',
      { loggingConfiguration: { level: 'ALL' } },
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    ],
    ['ValidationException', { versionDescription: 'x' }, 'Version description can only be set when publish is true'],
  ] as const)('creation is refused with %s', async (name, fields, message) => {
    await expect(server.machine(sfn, fields)).rejects.toMatchObject({ name, message });
  });

  test('a tag that is to say how long executions are kept, and does not, is refused', async () => {
    const tags = [{ key: 'redstep:retention', value: 'long' }];

    await expect(server.machine(sfn, { tags })).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Invalid tag 'redstep:retention': it is a time such as 90d or 12h, not 'long'",
    });
  });

  test('a name of 81 characters breaks a constraint of the model', async () => {
    const name = 'n'.repeat(81);

    await expect(server.machine(sfn, { name })).rejects.toMatchObject({
      name: 'ValidationException',
      message: `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80`,
    });
  });

  test('a description shows the definition, the defaults, and no revision before the first update', async () => {
    const stateMachineArn = await server.machine(sfn, { type: 'EXPRESS' });

    const { $metadata, creationDate, ...described } = await sfn.describeStateMachine({ stateMachineArn });

    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(creationDate).toBeInstanceOf(Date);
    expect(described).toEqual({
      stateMachineArn,
      name: stateMachineArn.split(':').at(-1),
      status: 'ACTIVE',
      type: 'EXPRESS',
      definition: PASS,
      roleArn: ROLE,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
  });

  test('an update makes a revision; the same update again makes none', async () => {
    const stateMachineArn = await server.machine(sfn);

    const first = await sfn.updateStateMachine({ stateMachineArn, definition: WAIT });
    const second = await sfn.updateStateMachine({ stateMachineArn, definition: WAIT });

    const { definition, revisionId } = await sfn.describeStateMachine({ stateMachineArn });
    expect(definition).toBe(WAIT);
    expect(revisionId).toBeTruthy();
    expect([first.revisionId, second.revisionId]).toEqual([revisionId, revisionId]);
  });

  test('an update of nothing lacks a parameter', async () => {
    const stateMachineArn = await server.machine(sfn);

    await expect(sfn.updateStateMachine({ stateMachineArn })).rejects.toMatchObject({
      name: 'MissingRequiredParameter',
    });
  });

  test('a deleted machine is gone; deleting it again is no error', async () => {
    const stateMachineArn = await server.machine(sfn);

    await sfn.deleteStateMachine({ stateMachineArn });
    await sfn.deleteStateMachine({ stateMachineArn });

    await expect(sfn.describeStateMachine({ stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${stateMachineArn}'`,
    });
  });

  test('each region has its own machines, listed by name over several pages', async () => {
    const paris = server.client({ region: 'eu-west-3' });
    for (const name of ['b', 'c', 'a']) await server.machine(paris, { name });

    const first = await paris.listStateMachines({ maxResults: 2 });
    const second = await paris.listStateMachines({ maxResults: 2, nextToken: first.nextToken });

    const listed = [first, second].map((page) => page.stateMachines?.map(({ name }) => name));
    expect(listed).toEqual([['a', 'b'], ['c']]);
    expect(second.nextToken).toBeUndefined();
  });

  test('a token of another listing is refused', async () => {
    const rome = server.client({ region: 'eu-south-1' });
    for (const name of ['a', 'b']) await server.machine(rome, { name });
    const { nextToken } = await rome.listStateMachines({ maxResults: 1 });

    await expect(sfn.listStateMachines({ nextToken })).rejects.toMatchObject({
      name: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    });
  });

  test('validation answers with diagnostics, warnings only where they are asked for', async () => {
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } });

    const { result, diagnostics, truncated } = await sfn.validateStateMachineDefinition({ definition });

    expect({ result, truncated }).toEqual({ result: 'FAIL', truncated: false });
    expect(diagnostics).toContainEqual({
      severity: 'ERROR',
      code: 'MISSING_TRANSITION_TARGET',
      message: expect.any(String),
      location: '/States/A/Next',
    });
  });

  test('validation says when it leaves diagnostics out', async () => {
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass' }, B: { Type: 'Pass' } } });

    const { diagnostics, truncated } = await sfn.validateStateMachineDefinition({ definition, maxResults: 1 });

    expect([diagnostics?.length, truncated]).toEqual([1, true]);
  });
});
