/**
 * A process of Redstep for tests to kill. It loads everything, says `ready`, and then does what it is asked on stdin
 * (fault-protocol.ts); replies go to stdout. It ends when it cannot go on, as `redstep start` does.
 */
import { createInterface } from 'node:readline';
import { type App, createApp } from '../../app.ts';
import { stateMachineArn } from '../../core/arn.ts';
import type { Command, Reply, Request } from './fault-protocol.ts';

const REGION = 'us-east-1';
const RUNNING_MAX = 100_000;

let app: App | undefined;

function machineArn(name: string): string {
  return stateMachineArn(REGION, '123456789012', name);
}

async function run(command: Command): Promise<Reply['value']> {
  if (command.type === 'open') return open(command.dataDir, command.functionsDir);
  if (app === undefined) throw new TypeError('not open');
  const { engine } = app;
  switch (command.type) {
    case 'create': {
      const arn = machineArn(command.name);
      const { name, machineType: type, definition } = command;
      if (engine.machines.get(arn) === undefined) {
        await engine.machines.create({ arn, name, type, definition, roleArn: '', configuration: {} });
      }
      return arn;
    }
    case 'start': {
      const machine = engine.machines.get(machineArn(command.machine));
      if (machine === undefined) throw new TypeError(`no machine ${command.machine}`);
      const { name, input } = command;
      return (await engine.startExecution({ machine, name, input, traceHeader: undefined })).executionArn;
    }
    case 'status':
      return (await engine.describeExecution(command.executionArn))?.status ?? null;
    case 'running': {
      const query = { status: 'RUNNING', limit: RUNNING_MAX, after: undefined } as const;
      return (await engine.listExecutions(machineArn(command.machine), query)).length;
    }
  }
}

async function open(dataDir: string, functionsDir: string): Promise<null> {
  const log = (level: string, text: string): void => void process.stderr.write(`${level}: ${text}\n`);
  app = await createApp({ dataDir, functionsDir }, { log });
  void app.failed.then((error) => {
    log('fatal', String(error));
    process.exit(1);
  });
  return null;
}

function reply(reply: Reply | 'ready'): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

reply('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const { id, command }: Request = JSON.parse(line);
  void run(command).then((value) => reply({ id, value }));
}
await app?.stop();
process.exit(0);
