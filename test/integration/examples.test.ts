import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildCli, emptyDirectory, type Finished, ROOT, redstep } from './cli-process.ts';

beforeAll(buildCli);

const example = (path: string): string => join(ROOT, 'examples', path);

function run(name: string, file: string, input = 'input.json'): Promise<Finished> {
  return redstep(['run', example(`${name}/${file}`), '--input', `@${example(`${name}/${input}`)}`], emptyDirectory());
}

test('introduction: the two functions of the documentation run in sequence, placeholders and all', async () => {
  const { code, stdout, stderr } = await run('introduction', 'introduction.asl.json');

  expect(JSON.parse(stdout)).toEqual({ who: 'Ada', greeting: 'Hello, Ada!', letters: 11 });
  expect(stderr).toMatch(/WARNING .*REGION.*[\s\S]*SUCCEEDED/);
  expect(code).toBe(0);
});

test('order-saga: a payment that times out is tried again, and the order ships', async () => {
  const { code, stdout, stderr } = await run('order-saga', 'order-saga.asl.json');

  expect(JSON.parse(stdout)).toMatchObject({
    payment: { paymentId: 'P-A-1001' },
    shipment: { trackingId: 'T-A-1001' },
  });
  expect(stderr).toContain('ChargePayment attempt 1 failed: GatewayTimeout');
  expect(code).toBe(0);
});

test('order-saga: an order that cannot be shipped is refunded and released, and fails with the reason', async () => {
  const { code, stdout, stderr } = await run('order-saga', 'order-saga.asl.json', 'no-courier.json');

  expect(stderr).toMatch(/RefundPayment[\s\S]*ReleaseInventory[\s\S]*FAILED[\s\S]*NoCourier/);
  expect(stdout).toBe('');
  expect(code).toBe(1);
});

test('data-pipeline: branches and iterations run, and their results are summed up', async () => {
  const { code, stdout } = await run('data-pipeline', 'data-pipeline.asl.json');

  expect(JSON.parse(stdout)).toEqual({ EMEA: 375.5, AMER: 351 });
  expect(code).toBe(0);
});

test('iot-event: an Express machine in JSONata raises an alarm', async () => {
  const { code, stdout, stderr } = await run('iot-event', 'iot-event.express.asl.json');

  expect(stderr).toMatch(/✓ Summarize[\s\S]*✓ Judge[\s\S]*✓ RaiseAlarm[\s\S]*SUCCEEDED/);
  expect(JSON.parse(stdout)).toMatchObject({ device: 'boiler-3', level: 'alarm', average: 73.2 });
  expect(code).toBe(0);
});

test.each([
  ['yes', /SUCCEEDED .*"paid":89/],
  ['no', /FAILED Declined: The request was not approved/],
])('human-approval: the execution waits for a person, who says %s over the API', async (answer, ending) => {
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [example('human-approval/demo.mjs'), answer], { cwd: emptyDirectory() }, (error, out) =>
      error === null ? resolve(out) : reject(error),
    );
  });

  expect(stdout).toMatch(ending);
});

test('every example is valid', async () => {
  const files = readdirSync(example(''), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.asl.json'),
  );

  const { code, stderr } = await redstep(['validate', ...files.map(example)]);

  expect(files.length).toBeGreaterThanOrEqual(5);
  expect(stderr).toContain(`${files.length} of ${files.length} valid`);
  expect(code).toBe(0);
});
