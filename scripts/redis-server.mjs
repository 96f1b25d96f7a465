// The tests start servers of their own from the program `redis-server`: REDSTEP_REDIS_BIN, else the one on the PATH,
// else one that the system's package manager installs, where that may be done without asking.
import { spawnSync } from 'node:child_process';

const PACKAGE_MANAGERS = [
  { name: 'apt-get', commands: [['apt-get', 'update', '-q'], ['apt-get', 'install', '-y', '-q', 'redis-server']] }, // biome-ignore format: a row each
  { name: 'apk', commands: [['apk', 'add', 'redis']] },
  { name: 'dnf', commands: [['dnf', 'install', '-y', 'redis']] },
];

/** Ends the process when there is no redis-server to be had: what needs it is never left out silently. */
export function provideRedisServer() {
  const program = process.env.REDSTEP_REDIS_BIN ?? 'redis-server';
  if (runs(program)) return;
  if (process.env.REDSTEP_REDIS_BIN === undefined) install();
  if (runs(program)) return;
  console.error(
    `The tests need a redis-server (7 or later), and ${program} does not run. Install it with your package manager ` +
      '(apt-get install redis-server, apk add redis, dnf install redis, brew install redis), or name the program in ' +
      'REDSTEP_REDIS_BIN. `npm run test:quick` runs the tests that need none.',
  );
  process.exit(1);
}

function install() {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !runs('sudo', ['-n', 'true'])) return;
  const manager = PACKAGE_MANAGERS.find(({ name }) => runs(name));
  if (manager === undefined) return;
  console.error(`There is no redis-server on the PATH: installing it with ${manager.name}.`);
  for (const command of manager.commands) {
    const [first, ...rest] = isRoot ? command : ['sudo', '-n', ...command];
    // Nothing is to ask, and the server that the package brings is not to be started.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    spawnSync(first, rest, { stdio: ['ignore', 'inherit', 'inherit'], env });
  }
}

function runs(program, args = ['--version']) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
