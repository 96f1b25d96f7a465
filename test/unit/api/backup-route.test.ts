import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { createHttpServer } from '../../../api/http-server.ts';
import { type Backups, DirectoryNotEmpty } from '../../../runtime/ports/backups.ts';
import { openEngine } from '../runtime/open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

interface Asked {
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const CONFIRMED = { 'x-redstep-admin': 'backup' };

/** Directories that were backed up into, and a way to ask for more. */
async function setup(backups?: Backups) {
  const { engine } = await openEngine(teardown);
  const written: string[] = [];
  const recording: Backups = { backup: async (directory) => void written.push(directory) };
  const server = createHttpServer({ engine, account: '1', log: () => undefined, backups: backups ?? recording });
  teardown.push(() => server.close());
  const { port } = await server.listen(0, '0.0.0.0');
  const ask = ({ host = '127.0.0.1', headers = CONFIRMED, body = '{"directory":"/copy"}' }: Asked = {}) =>
    new Promise<{ status: number | undefined; words: string }>((resolve, reject) => {
      const asked = request({ host, port, method: 'POST', path: '/redstep/backup', headers }, (response) => {
        let words = '';
        response.on('data', (chunk) => (words += chunk));
        response.on('end', () => resolve({ status: response.statusCode, words }));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  return { ask, written };
}

test('a process of the same machine gets its copy', async () => {
  const { ask, written } = await setup();

  expect(await ask()).toEqual({ status: 200, words: '/copy\n' });
  expect(written).toEqual(['/copy']);
});

test.each<[string, Asked]>([
  ['comes without the header that a web page cannot send', { headers: {} }],
  ['has an origin', { headers: { ...CONFIRMED, origin: 'http://localhost:3000' } }],
  ['comes by the name of another host', { headers: { ...CONFIRMED, host: 'evil.example:8083' } }],
  ['was passed on by a proxy', { headers: { ...CONFIRMED, 'x-forwarded-for': '10.0.0.9' } }],
  ['was passed on by another proxy', { headers: { ...CONFIRMED, forwarded: 'for=10.0.0.9' } }],
])('what %s writes nothing', async (_, asked) => {
  const { ask, written } = await setup();

  expect(await ask(asked)).toMatchObject({ status: 403 });
  expect(written).toEqual([]);
});

const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test.runIf(elsewhere !== undefined)('what comes over the network writes nothing', async () => {
  const { ask, written } = await setup();

  const { status } = await ask({ host: elsewhere ?? '', headers: { ...CONFIRMED, host: 'localhost' } });

  expect(status).toBe(403);
  expect(written).toEqual([]);
});

test.each(['', '{}', '{"directory":"relative"}', '{"directory":7}', 'null'])('%j says not where to', async (body) => {
  const { ask, written } = await setup();

  expect(await ask({ body })).toMatchObject({ status: 400 });
  expect(written).toEqual([]);
});

test('a directory that is not empty is refused in so many words', async () => {
  const { ask } = await setup({ backup: () => Promise.reject(new DirectoryNotEmpty('/copy is not empty')) });

  expect(await ask()).toEqual({ status: 409, words: '/copy is not empty\n' });
});
