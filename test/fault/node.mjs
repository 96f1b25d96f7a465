/**
 * A process of Redstep, as it is built, for tests to kill. It loads everything, says `"ready"`, and then does what it
 * is asked on stdin (fault-protocol.ts); replies go to stdout. It ends when it cannot go on, as `redstep start` does.
 */
import { createInterface } from 'node:readline';
import { createApp } from '../../dist/app.js';
import { stateMachineArn } from '../../dist/core/arn.js';

const RUNNING_MAX = 100_000;

/** @type {import('../../app.ts').App} */
let app;

function log(level, text) {
  process.stderr.write(`${level}: ${text}\n`);
}

function reply(reply) {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

function machineArn(name) {
  return stateMachineArn('us-east-1', '123456789012', name);
}

const answers = {
  async open({ dataDir, functionsDir }) {
    app = await createApp({ dataDir, functionsDir }, { log });
    void app.failed.then((error) => {
      log('fatal', error);
      process.exit(1);
    });
    return null;
  },
  async create({ name, machineType: type, definition }) {
    const arn = machineArn(name);
    const { machines } = app.engine;
    if (machines.get(arn) === undefined) {
      await machines.create({ arn, name, type, definition, roleArn: '', configuration: {} });
    }
    return arn;
  },
  async start({ machine, name, input }) {
    const request = { machine: app.engine.machines.get(machineArn(machine)), name, input, traceHeader: undefined };
    return (await app.engine.startExecution(request)).executionArn;
  },
  async status({ executionArn }) {
    return (await app.engine.describeExecution(executionArn))?.status ?? null;
  },
  async running({ machine }) {
    const query = { status: 'RUNNING', limit: RUNNING_MAX, after: undefined };
    return (await app.engine.listExecutions(machineArn(machine), query)).length;
  },
};

reply('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const { id, command } = JSON.parse(line);
  void answers[command.type](command).then((value) => reply({ id, value }));
}
await app?.stop();
process.exit(0);
