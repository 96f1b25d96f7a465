import { readdirSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildCli, CliProcess, emptyDirectory, redstep, startServer, writeDefinition } from './cli-process.ts';

beforeAll(buildCli);

const PASS = { StartAt: 'A', States: { A: { Type: 'Pass', Result: { done: true }, End: true } } };
const FAIL = { StartAt: 'A', States: { A: { Type: 'Fail', Error: 'Broken', Cause: 'on purpose' } } };
const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const calling = (name: string) => ({
  StartAt: 'Call',
  States: { Call: { Type: 'Task', Resource: functionArn(name), End: true } },
});

/** A directory with a `functions` folder in it. */
async function directoryWith(functions: { readonly [name: string]: string }): Promise<string> {
  const directory = emptyDirectory();
  await mkdir(join(directory, 'functions'));
  for (const [name, code] of Object.entries(functions)) {
    await writeFile(join(directory, 'functions', `${name}.mjs`), code);
  }
  return directory;
}

describe('run', () => {
  test('prints the output, and only that, on standard output', async () => {
    const directory = await directoryWith({
      talk: `export const handler = (event) => { console.log('noise'); return event.n; }`,
    });
    const file = writeDefinition(directory, 'talk', calling('talk'));

    const { code, stdout, stderr } = await redstep(['run', file, '--input', '{"n":42}'], directory);

    expect(stdout).toBe('42\n');
    expect(stderr).toContain('noise');
    expect(code).toBe(0);
  });

  test('exits with 1 and says why when the execution fails', async () => {
    const directory = emptyDirectory();
    const file = writeDefinition(directory, 'fail', FAIL);

    const { code, stdout, stderr } = await redstep(['run', file], directory);

    expect(stderr).toMatch(/FAILED[\s\S]*Broken: on purpose/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  test('prints one JSON object with --json, and shows nothing live', async () => {
    const directory = emptyDirectory();
    const file = writeDefinition(directory, 'pass', PASS);

    const { stdout, stderr } = await redstep(['run', file, '--json', '--name', 'mine'], directory);

    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ name: 'mine', status: 'SUCCEEDED', output: { done: true } });
    expect(result.events.map(({ type }: { type: string }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(stderr).toBe('');
  });

  test('takes an input from a file', async () => {
    const directory = emptyDirectory();
    const file = writeDefinition(directory, 'same', { StartAt: 'A', States: { A: { Type: 'Succeed' } } });
    writeFileSync(join(directory, 'in.json'), '{"a": [1, 2]}');

    const { stdout } = await redstep(['run', file, '--input', '@in.json'], directory);

    expect(JSON.parse(stdout)).toEqual({ a: [1, 2] });
  });

  test('names the folder where a missing function belongs', async () => {
    const directory = await directoryWith({});
    const file = writeDefinition(directory, 'call', calling('absent'));

    const { code, stderr } = await redstep(['run', file], directory);

    expect(stderr).toContain(`create ${join(directory, 'functions')}/absent.mjs`);
    expect(code).toBe(1);
  });

  test('finishes after kill -9 what was under way, without doing again what was done', async () => {
    const directory = await directoryWith({
      count: `import { appendFileSync } from 'node:fs'; export const handler = () => appendFileSync('calls', 'x');`,
    });
    const file = writeDefinition(directory, 'slow', {
      StartAt: 'Count',
      States: {
        Count: { Type: 'Task', Resource: functionArn('count'), ResultPath: null, Next: 'Hold' },
        Hold: { Type: 'Wait', Seconds: 1, Next: 'End' },
        End: { Type: 'Pass', Result: 'arrived', End: true },
      },
    });
    const first = new CliProcess(['run', file], directory);
    await first.says(/Hold waits/);
    await first.kill('SIGKILL');

    const { code, stdout } = await redstep(['run', file, '--resume'], directory);

    expect(stdout).toBe('"arrived"\n');
    expect(code).toBe(0);
    expect(await readFile(join(directory, 'calls'), 'utf8')).toBe('x');
    expect(
      readdirSync(join(directory, '.redstep/run')).flatMap((run) => readdirSync(join(directory, '.redstep/run', run))),
    ).toEqual([]);
  });

  test('says how to go on when it is interrupted', async () => {
    const directory = emptyDirectory();
    const file = writeDefinition(directory, 'wait', {
      StartAt: 'Hold',
      States: { Hold: { Type: 'Wait', Seconds: 60, End: true } },
    });
    const run = new CliProcess(['run', file], directory);
    await run.says(/Hold waits/);

    const { code, stderr } = await run.kill('SIGINT');

    expect(stderr).toContain(`redstep run ${file} --resume`);
    expect(code).toBe(130);
  });

  test('refuses a data directory that another process has, and names that process', async () => {
    const directory = emptyDirectory();
    const { server } = await startServer('start', ['--data', 'd'], directory);
    const file = writeDefinition(directory, 'pass', PASS);

    const { code, stderr } = await redstep(['run', file, '--data', 'd'], directory);

    expect(stderr).toContain(`in use by process ${server.child.pid}`);
    expect(code).toBe(2);
    await server.kill('SIGTERM');
  });

  test.each([
    ['a file that is not there', ['run', 'absent.asl.json'], /cannot read absent.asl.json: there is no such file/],
    ['an input that is not JSON', ['run', 'p.asl.json', '-i', '{"a":'], /--input is not JSON: .*line 1, column 6/],
    ['an input file that is not there', ['run', 'p.asl.json', '-i', '@no.json'], /cannot read no.json/],
    ['a folder of functions that is not there', ['run', 'p.asl.json', '-f', 'nowhere'], /there is no folder nowhere/],
    ['a name that no execution can have', ['run', 'p.asl.json', '-n', 'a b'], /'a b' is not a valid name/],
    ['nothing to resume', ['run', 'p.asl.json', '--resume'], /no run of p.asl.json was left unfinished here/],
    ['an unknown type', ['run', 'p.asl.json', '-t', 'FAST'], /Allowed choices are STANDARD, EXPRESS/],
    ['no file', ['run'], /missing required argument 'file'[\s\S]*redstep run --help/],
    ['an unknown command', ['rnu'], /unknown command 'rnu'[\s\S]*Did you mean run\?/],
    ['an unknown option', ['list', '--colour'], /unknown option '--colour'[\s\S]*redstep list --help/],
  ])('%s ends with 2 and what to do about it', async (_, args, message) => {
    const directory = emptyDirectory();
    writeDefinition(directory, 'p', PASS);

    const { code, stdout, stderr } = await redstep(args, directory);

    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('validate and graph', () => {
  const BROKEN = { StartAt: 'Nowhere', States: { A: { Type: 'Pass' } } };

  test('validate tells file, place, severity and code of every finding', async () => {
    const directory = emptyDirectory();
    writeDefinition(directory, 'good', PASS);
    writeDefinition(directory, 'broken', BROKEN);

    const { code, stdout, stderr } = await redstep(['validate', 'good.asl.json', 'broken.asl.json'], directory);

    expect(stdout).toMatch(/^broken\.asl\.json:\/\S*: ERROR [A-Z_]+: .+$/m);
    expect(stderr).toContain('1 of 2 valid');
    expect(code).toBe(1);
  });

  test('validate --json prints the findings as data', async () => {
    const directory = emptyDirectory();
    writeDefinition(directory, 'broken', BROKEN);

    const { stdout } = await redstep(['validate', 'broken.asl.json', '--json'], directory);

    expect(JSON.parse(stdout)).toMatchObject([
      { file: 'broken.asl.json', result: 'FAIL', diagnostics: [{ severity: 'ERROR' }, {}] },
    ]);
  });

  test('graph prints a Mermaid flowchart', async () => {
    const directory = emptyDirectory();
    writeDefinition(directory, 'good', PASS);

    const { code, stdout } = await redstep(['graph', 'good.asl.json'], directory);

    expect(stdout).toMatch(/^flowchart TD\n/);
    expect(code).toBe(0);
  });

  test('run refuses a definition that is not valid, with the place', async () => {
    const directory = emptyDirectory();
    const file = writeDefinition(directory, 'broken', BROKEN);

    const { code, stderr } = await redstep(['run', file], directory);

    expect(stderr).toMatch(/broken\.asl\.json:\/.*ERROR[\s\S]*is not a valid definition: \d errors?/);
    expect(code).toBe(1);
  });
});

describe('start and the commands over HTTP', () => {
  test('a machine is created, executed, listed, described and stopped', async () => {
    const directory = emptyDirectory();
    const { server, endpoint } = await startServer('start', [], directory);
    const call = (...args: string[]) => redstep([...args, '--endpoint', endpoint], directory);
    const file = writeDefinition(directory, 'pass', PASS);
    const wait = writeDefinition(directory, 'wait', {
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 600, End: true } },
    });

    const created = await call('create', file);
    const executed = await call('execute', 'pass', '--wait', '--name', 'one');
    const listed = await call('list', 'pass');
    const described = await call('describe', 'pass:one');
    const history = await call('history', 'pass:one', '--json');
    await call('create', wait);
    await call('execute', 'wait', '--name', 'two');
    const stopped = await call('stop', 'wait:two', '--error', 'Enough');
    const aborted = await call('describe', 'wait:two');

    expect(created.stdout).toBe('arn:aws:states:us-east-1:123456789012:stateMachine:pass\n');
    expect(executed).toMatchObject({ code: 0, stdout: '{"done":true}\n' });
    expect(listed.stdout).toMatch(/^one +SUCCEEDED/);
    expect(JSON.parse(described.stdout)).toMatchObject({ name: 'one', status: 'SUCCEEDED' });
    expect(JSON.parse(history.stdout).at(-1)).toMatchObject({ id: 4, type: 'ExecutionSucceeded' });
    expect(stopped.stderr).toContain('ABORTED');
    expect(JSON.parse(aborted.stdout)).toMatchObject({ status: 'ABORTED', error: 'Enough' });
    await server.kill('SIGTERM');
  });

  test('errors of the API end with 1 and what to do about them', async () => {
    const directory = emptyDirectory();
    const { server, endpoint } = await startServer('start', ['--memory'], directory);

    const { code, stderr } = await redstep(['execute', 'absent', '--endpoint', endpoint], directory);

    expect(stderr).toMatch(/StateMachineDoesNotExist: [\s\S]*redstep create FILE/);
    expect(code).toBe(1);
    await server.kill('SIGTERM');
  });

  test('without a server they say how to start one', async () => {
    const { code, stderr } = await redstep(['list', '--endpoint', 'http://127.0.0.1:9']);

    expect(stderr).toMatch(/no server answers at http:\/\/127\.0\.0\.1:9: [\s\S]*redstep start/);
    expect(code).toBe(2);
  });

  test('SIGTERM stops a server with 0, and the next one goes on with its executions', async () => {
    const directory = emptyDirectory();
    writeDefinition(directory, 'hold', {
      StartAt: 'Hold',
      States: { Hold: { Type: 'Wait', Seconds: 2, Next: 'End' }, End: { Type: 'Pass', Result: 'late', End: true } },
    });
    const first = await startServer('start', ['--definitions', '.'], directory);
    await redstep(['execute', 'hold', '--name', 'x', '--endpoint', first.endpoint], directory);

    const stopped = await first.server.kill('SIGTERM');
    const second = await startServer('start', [], directory);
    let described: { status: string; output?: string };
    do {
      described = JSON.parse((await redstep(['describe', 'hold:x', '--endpoint', second.endpoint], directory)).stdout);
    } while (described.status === 'RUNNING');

    expect(stopped.code).toBe(0);
    expect(described).toMatchObject({ status: 'SUCCEEDED', output: '"late"' });
    await second.server.kill('SIGTERM');
  });

  test('a port that is in use ends with 2 and how to choose another', async () => {
    const directory = emptyDirectory();
    const { server, endpoint } = await startServer('start', ['--memory'], directory);

    const { code, stderr } = await redstep(['start', '--memory', '--port', new URL(endpoint).port], directory);

    expect(stderr).toMatch(/port \d+ of 127\.0\.0\.1 is in use[\s\S]*--port/);
    expect(code).toBe(2);
    await server.kill('SIGTERM');
  });

  test('an address that others can reach is warned of', async () => {
    const server = new CliProcess(['start', '--memory', '--port', '0', '--host', '0.0.0.0'], emptyDirectory());

    await server.says(/warning: 0\.0\.0\.0 is reachable from other machines, and nothing is authenticated/);

    await server.says(/listens on/);
    await server.kill('SIGTERM');
  });

  test('a definition that is not valid keeps the server from starting', async () => {
    const directory = emptyDirectory();
    writeDefinition(directory, 'broken', { StartAt: 'A', States: {} });

    const { code, stderr } = await redstep(['start', '--memory', '--port', '0', '--definitions', '.'], directory);

    expect(stderr).toMatch(/broken\.asl\.json:\/.*ERROR/);
    expect(code).toBe(2);
  });

  test('a function that throws after it has returned does not end the server', async () => {
    const directory = await directoryWith({
      late: `export const handler = () => { setTimeout(() => { throw new Error('too late'); }, 1); return 'ok'; }`,
    });
    writeDefinition(directory, 'late', calling('late'));
    const { server, endpoint } = await startServer(
      'start',
      ['--memory', '--definitions', '.', '--functions', 'functions'],
      directory,
    );

    await redstep(['execute', 'late', '--wait', '--endpoint', endpoint], directory);
    await server.says(/a function threw .*too late/);
    const again = await redstep(['execute', 'late', '--wait', '--endpoint', endpoint], directory);

    expect(again.stdout).toBe('"ok"\n');
    await server.kill('SIGTERM');
  });
});

describe('dev', () => {
  test('takes up a definition and a function when they are saved, and tells what runs', async () => {
    const directory = await directoryWith({ say: `export const handler = () => 'one';` });
    writeDefinition(directory, 'say', calling('say'));
    const { server, endpoint } = await startServer('dev', ['--memory'], directory);
    const execute = () => redstep(['execute', 'say', '--wait', '--endpoint', endpoint], directory);

    const before = await execute();
    await writeFile(join(directory, 'functions/say.mjs'), `export const handler = () => 'two';`);
    await server.says(/function say changed/);
    const afterFunction = await execute();
    writeDefinition(directory, 'say', PASS);
    await server.says(/state machine say updated/);
    const afterDefinition = await execute();

    expect([before.stdout, afterFunction.stdout, afterDefinition.stdout]).toEqual([
      '"one"\n',
      '"two"\n',
      '{"done":true}\n',
    ]);
    expect(server.output).toMatch(/say \S+ {2}SUCCEEDED in/);
    await server.kill('SIGTERM');
  });

  test('keeps the machine and says what is wrong when a saved definition is not valid', async () => {
    const directory = emptyDirectory();
    writeDefinition(directory, 'pass', PASS);
    const { server, endpoint } = await startServer('dev', ['--memory'], directory);

    writeDefinition(directory, 'pass', { StartAt: 'A', States: {} });
    await server.says(/pass\.asl\.json:\/.*ERROR/);
    const { stdout } = await redstep(['execute', 'pass', '--wait', '--endpoint', endpoint], directory);

    expect(stdout).toBe('{"done":true}\n');
    await server.kill('SIGTERM');
  });
});

test('every command has a manual with examples', async () => {
  const { stdout } = await redstep(['--help']);
  const commands = [...stdout.matchAll(/^ {2}(\w+) .*\S/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'redstep' && name !== 'help');

  const manuals = await Promise.all(commands.map((command) => redstep([command, '--help'])));

  expect(commands).toEqual([
    'run',
    'dev',
    'start',
    'validate',
    'graph',
    'worker',
    'schedule',
    'chaos',
    'export',
    'import',
    'create',
    'execute',
    'list',
    'describe',
    'history',
    'stop',
    'nodes',
    'partitions',
    'backup',
  ]);
  for (const { stdout: manual } of manuals) expect(manual).toMatch(/Examples:\n {2}\S*redstep/);
});
