import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { causeOf, ignoreBeat, LAMBDA, taskRequest, WorkerFixture } from './worker-fixture.ts';

const ERROR_FUNCTIONS = {
  'custom.mjs': `class Custom extends Error { name = 'Custom' }
    export async function handler() { throw new Custom('went wrong') }`,
  'text.mjs': `export async function handler() { throw 'a text' }`,
  'nothing.mjs': `export async function handler() { throw undefined }`,
  'nameless.mjs': `export async function handler() { const e = new Error('who am I'); e.name = ''; throw e }`,
  'sync.mjs': `export function handler() { throw new TypeError('at once') }`,
  'bigint.mjs': `export const handler = async () => 10n`,
  'cycle.mjs': `export const handler = async () => { const a = {}; a.a = a; return a }`,
  'large.mjs': `export const handler = async () => 'a'.repeat(6291555)`,
  'broken.mjs': 'export const handler = (',
  'lost.mjs': `import './nowhere.mjs'; export const handler = async () => 1`,
  'lost-package.cjs': `require('no-such-package'); exports.handler = async () => 1`,
  'empty.mjs': 'export const other = 1',
  'throws.mjs': `throw new RangeError('at load')`,
  'broken-ts.ts': 'export const handler = (',
  'lost-ts.ts': `import { x } from './nowhere'; export const handler = async () => x`,
};

const GOOD_FUNCTIONS = {
  'named.mjs': 'export const handler = async (event) => ({ got: event })',
  'default.mjs': 'export default { word: 1, handler() { return this.word } }',
  'common.cjs': `exports.handler = (event, context, callback) => { setImmediate(callback, null, 'called back') }`,
  'dynamic.cjs': `const name = 'handler'; module.exports = { [name]: async () => 'found' }`,
  'failing-callback.cjs': `exports.handler = (event, context, callback) => { callback(new RangeError('no')) }`,
  'succeeds.mjs': `export const handler = (event, context) => { setImmediate(() => context.succeed('old way')) }`,
  'fails.mjs': `export const handler = (event, context) => { setImmediate(context.fail, 'sorry') }`,
  'done.mjs': `export function handler(event, context) { Promise.resolve(7).then((v) => context.done(null, v)) }`,
  'twice.mjs': `export const handler = (event, context, callback) => { callback(null, 1); callback(null, 2); throw new Error() }`,
  'silent.mjs': 'export const handler = (event) => { event.x = 1 }',
  'nothing.mjs': 'export const handler = async () => {}',
  'mutates.mjs': 'export const handler = async (event) => { event.n++; return event }',
  'typed.ts': `import { twice } from './twice-of.ts'; interface In { n: number }
    export const handler = async (event: In): Promise<number> => twice(event.n)`,
  'twice-of.ts': 'export const twice = (n: number): number => 2 * n',
  'sibling.ts': `import { readFileSync } from 'node:fs';
    export const handler = async () => readFileSync(new URL('./data.txt', import.meta.url), 'utf8')`,
  'data.txt': 'beside the source',
  'context.mjs': `export const handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })`,
};

describe.each([
  { where: 'in the node’s thread', isolate: false },
  { where: 'in threads of their own', isolate: true },
])('functions $where', ({ isolate }) => {
  describe('are found and called', () => {
    it.each([
      ['named', 'a named export', '{"got":{"n":1}}'],
      ['default', 'a default export’s method', '1'],
      ['common', 'a callback', '"called back"'],
      ['dynamic', 'exports Node cannot foresee', '"found"'],
      ['succeeds', 'context.succeed', '"old way"'],
      ['done', 'context.done', '7'],
      ['twice', 'several answers, of which the first counts', '1'],
      ['silent', 'no answer at all', 'null'],
      ['nothing', 'undefined', 'null'],
      ['typed', 'TypeScript that imports its sibling', '2'],
      ['sibling', 'TypeScript that reads a file beside it', '"beside the source"'],
    ])('%s: %s', async (name, _, output) => {
      const fixture = await WorkerFixture.start(GOOD_FUNCTIONS, { isolate });
      expect(await fixture.call(name, { n: 1 })).toEqual({ type: 'Succeeded', output });
    });

    it('lists every function once, sorted', async () => {
      const fixture = await WorkerFixture.start(
        { 'b.mjs': '', 'a.ts': '', 'a.js': '', 'note.txt': '', 'a.d.ts': '', '.hidden.mjs': '' },
        { isolate },
      );
      await mkdir(join(fixture.folder, 'folder.mjs'));
      expect(fixture.workers.functionNames()).toEqual(['a', 'b']);
    });

    it('runs .mjs before .js and says so', async () => {
      const fixture = await WorkerFixture.start(
        { 'a.mjs': 'export const handler = async () => "mjs"', 'a.js': 'exports.handler = async () => "js"' },
        { isolate },
      );
      expect(await fixture.call('a')).toEqual({ type: 'Succeeded', output: '"mjs"' });
      expect(fixture.log).toContainEqual({
        type: 'FunctionAmbiguous',
        functionName: 'a',
        used: 'a.mjs',
        ignored: 'a.js',
      });
    });

    it('gives each call a copy of its own', async () => {
      const fixture = await WorkerFixture.start(GOOD_FUNCTIONS, { isolate });
      const task = taskRequest(`${LAMBDA}mutates`, { n: 1 });
      await fixture.run(task);
      expect(await fixture.run(task)).toEqual({ type: 'Succeeded', output: '{"n":2}' });
    });

    it('tells the function who called it and why', async () => {
      const fixture = await WorkerFixture.start(GOOD_FUNCTIONS, { isolate });
      const deadlineMs = Date.now() + 100_000;
      const task = taskRequest(`${LAMBDA}context:prod`, {}, { deadlineMs });
      const result = await fixture.run(task);
      const context = JSON.parse(result.type === 'Succeeded' ? result.output : '{}');
      expect(context).toMatchObject({
        functionName: 'context',
        functionVersion: 'prod',
        invokedFunctionArn: `${LAMBDA}context:prod`,
        memoryLimitInMB: '1024',
        logGroupName: '/aws/lambda/context',
        callbackWaitsForEmptyEventLoop: true,
        executionArn: task.executionArn,
        stateName: 'Work',
        taskToken: task.token,
      });
      expect(context.awsRequestId).toMatch(/^[0-9a-f]{8}-/);
      expect(context.left).toBeGreaterThan(50_000);
      expect(context.left).toBeLessThanOrEqual(100_000);
    });
  });

  describe('fail as on Lambda', () => {
    it.each([
      ['custom', 'Custom', { errorType: 'Custom', errorMessage: 'went wrong' }],
      ['text', 'string', { errorType: 'string', errorMessage: 'a text', trace: [] }],
      ['nothing', 'handled', { errorType: 'handled' }],
      ['sync', 'TypeError', { errorType: 'TypeError', errorMessage: 'at once' }],
      ['bigint', 'Runtime.MarshalError', { errorType: 'Runtime.MarshalError' }],
      ['cycle', 'Runtime.MarshalError', { errorType: 'Runtime.MarshalError' }],
      ['large', 'Function.ResponseSizeTooLarge', { errorMessage: expect.stringContaining('6291557 bytes') }],
      ['lost', 'Runtime.ImportModuleError', { errorMessage: expect.stringContaining('nowhere.mjs') }],
      ['lost-package', 'Runtime.ImportModuleError', { errorMessage: expect.stringContaining('no-such-package') }],
      ['empty', 'Runtime.HandlerNotFound', { errorMessage: 'empty.handler is undefined or not exported' }],
      ['throws', 'RangeError', { errorType: 'RangeError', errorMessage: 'at load' }],
      ['broken-ts', 'Runtime.UserCodeSyntaxError', { errorMessage: expect.stringMatching(/^SyntaxError: /) }],
      ['lost-ts', 'Runtime.ImportModuleError', { errorMessage: expect.stringContaining('./nowhere') }],
    ])('%s: %s', async (name, error, cause) => {
      const fixture = await WorkerFixture.start(ERROR_FUNCTIONS, { isolate });
      const result = await fixture.call(name);
      expect(result).toMatchObject({ type: 'Failed', error });
      expect(causeOf(result)).toMatchObject(cause);
    });

    it('shows the stack as lines that begin with the error', async () => {
      const fixture = await WorkerFixture.start(ERROR_FUNCTIONS, { isolate });
      const { trace } = causeOf(await fixture.call('custom'));
      expect(trace?.[0]).toMatch(/: went wrong$/);
      expect(trace?.[1]).toContain('custom.mjs');
    });

    it('shows the lines of TypeScript as they were written', async () => {
      const text = `interface Unused {\n  a: string;\n}\nexport const handler = async (): Promise<void> => {\n  throw new Error('here');\n};\n`;
      const fixture = await WorkerFixture.start({ 'typed.ts': text }, { isolate });
      expect(causeOf(await fixture.call('typed')).trace?.[1]).toMatch(/typed\.ts:5:9/);
    });

    it('is Lambda.Unknown where the error has no name', async () => {
      const fixture = await WorkerFixture.start(ERROR_FUNCTIONS, { isolate });
      expect(await fixture.call('nameless')).toMatchObject({ type: 'Failed', error: 'Lambda.Unknown' });
    });

    it('names the ARN of a function that is not there, and logs the folder', async () => {
      const fixture = await WorkerFixture.start({}, { isolate });
      expect(await fixture.call('absent')).toEqual({
        type: 'Failed',
        error: 'Lambda.ResourceNotFoundException',
        cause: expect.stringMatching(
          /^Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent:\$LATEST \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
        ),
      });
      expect(await fixture.logged('FunctionMissing')).toMatchObject({
        functionName: 'absent',
        functionsDir: fixture.folder,
      });
    });

    it('logs why a function could not be loaded', async () => {
      const fixture = await WorkerFixture.start(ERROR_FUNCTIONS, { isolate });
      await fixture.call('empty');
      expect(await fixture.logged('FunctionLoadFailed')).toMatchObject({ error: 'Runtime.HandlerNotFound' });
    });
  });

  describe('when cancelled', () => {
    it('learn of it, and their answer is not reported', async () => {
      const text = `let aborted = false;
        export const handler = async (event, context) => {
          if (!event.wait) return aborted;
          await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
          aborted = true;
        }`;
      const fixture = await WorkerFixture.start({ 'waits.mjs': text }, { isolate });
      await fixture.call('waits');
      const reports: unknown[] = [];
      const task = taskRequest(`${LAMBDA}waits`, { wait: true });
      fixture.workers.dispatch(task, (result) => reports.push(result), ignoreBeat);
      fixture.workers.cancel(task.token);
      await fixture.call('waits');
      expect(await fixture.call('waits')).toEqual({ type: 'Succeeded', output: 'true' });
      expect(reports).toEqual([]);
    });
  });

  it('say that they go on, also when they say it often', async () => {
    const text = `export const handler = async (event, { heartbeat }) => {
      heartbeat();
      heartbeat();
    }`;
    const fixture = await WorkerFixture.start({ 'long.mjs': text }, { isolate });
    let beats = 0;

    const result = await fixture.run(taskRequest(`${LAMBDA}long`, {}), () => beats++);

    expect(result.type).toBe('Succeeded');
    expect(beats).toBe(1);
  });

  describe('with watch', () => {
    const answers = (text: string) => `export const handler = async () => ${JSON.stringify(text)}`;

    it('are loaded anew when their file is edited', async () => {
      const fixture = await WorkerFixture.start({ 'a.mjs': answers('old') }, { isolate, watch: true });
      await fixture.call('a');
      await fixture.edit('a.mjs', answers('new'));
      await fixture.logged('FunctionChanged');
      expect(await fixture.call('a')).toEqual({ type: 'Succeeded', output: '"new"' });
    });

    it.each([
      ['.mjs', `import { word } from './word.mjs'; export const handler = async () => word`, 'word.mjs'],
      ['.ts', `import { word } from './word.ts'; export const handler = async () => word`, 'word.ts'],
    ])('are loaded anew when an import of a %s is edited', async (extension, text, imported) => {
      const files = { [`a${extension}`]: text, [imported]: 'export const word = "old"' };
      const fixture = await WorkerFixture.start(files, { isolate, watch: true });
      await fixture.call('a');
      await fixture.edit(imported, 'export const word = "new"');
      await fixture.logged('FunctionChanged');
      expect(await fixture.call('a')).toEqual({ type: 'Succeeded', output: '"new"' });
    });

    it('finish what they have begun on the old code', async () => {
      const gate = `import { watch, writeFileSync } from 'node:fs';
        export const handler = () => new Promise((resolve) => {
          const folder = new URL('.', import.meta.url);
          const watcher = watch(folder, (_, name) => { if (name === 'go') { watcher.close(); resolve('old') } });
          writeFileSync(new URL('begun', folder), '');
        })`;
      const fixture = await WorkerFixture.start({ 'a.mjs': gate }, { isolate, watch: true });
      const begun = fixture.written('begun');
      const before = fixture.call('a');
      await begun;
      await fixture.edit('a.mjs', answers('new'));
      await fixture.logged('FunctionChanged');
      expect(await fixture.call('a')).toEqual({ type: 'Succeeded', output: '"new"' });
      await writeFile(join(fixture.folder, 'go'), '');
      expect(await before).toEqual({ type: 'Succeeded', output: '"old"' });
    });

    it('work again once a broken file is mended', async () => {
      const fixture = await WorkerFixture.start({ 'a.mjs': 'export const handler = (' }, { isolate, watch: true });
      expect(await fixture.call('a')).toMatchObject({ error: 'Runtime.UserCodeSyntaxError' });
      await fixture.edit('a.mjs', answers('mended'));
      await fixture.logged('FunctionChanged');
      expect(await fixture.call('a')).toEqual({ type: 'Succeeded', output: '"mended"' });
    });
  });
});
