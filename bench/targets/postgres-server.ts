import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DriverFailed } from './driver.ts';
import { endProcess, freePorts, startProcess, untilReady } from './server-process.ts';

/** A PostgreSQL server of one's own. */
export interface PostgresServer {
  readonly pid: number;
  url(database: string): string;
  stop(): Promise<void>;
}

/** Where Debian's packages have the programs, one directory a version; they are not on the PATH. */
const DEBIAN = '/usr/lib/postgresql';
/** What a client says first if it would rather speak TLS: any server answers with one letter. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** PostgreSQL as it comes (fsync and synchronous_commit on), on a free port of loopback, data in `directory`. */
export async function startPostgres(directory: string): Promise<PostgresServer> {
  const programs = programsDir();
  const home = join(directory, 'postgres');
  mkdirSync(home);
  const user = unprivilegedUser(directory, home);
  const data = join(home, 'data');
  const options = { cwd: home, ...user };
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust', '--no-locale', '-E', 'UTF8'], {
    ...options,
    stdio: 'ignore',
  });
  const [port = 0] = await freePorts(1);
  const log = openSync(join(directory, 'postgres.log'), 'a');
  const args = ['-D', data, '-p', String(port), '-k', home, '-c', 'listen_addresses=127.0.0.1'];
  const server = startProcess(join(programs, 'postgres'), args, { ...options, stdio: ['ignore', log, log] });
  await untilReady('PostgreSQL', () => answers(port));
  return {
    pid: server.pid ?? 0,
    url: (database) => `postgresql://bench@127.0.0.1:${port}/${database}`,
    stop: () => endProcess(server, 'SIGINT'), // at once, but its memory is given back
  };
}

function programsDir(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const candidates = [
    ...(process.env.PATH ?? '').split(':'),
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin')),
  ];
  const found = candidates.find((directory) => existsSync(join(directory, 'initdb')));
  if (found === undefined) {
    throw new DriverFailed(
      'DBOS wants PostgreSQL, and there is no initdb: apt-get install postgresql, or put it on PATH',
    );
  }
  return found;
}

/** PostgreSQL refuses to run as root: then it is the user that the package has made. */
function unprivilegedUser(directory: string, home: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = { uid: idOf('-u'), gid: idOf('-g') };
  chmodSync(directory, 0o711);
  chownSync(home, user.uid, user.gid);
  return user;
}

function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(SSL_REQUEST));
    socket.once('data', () => resolve(socket.destroy() && undefined));
    socket.once('error', reject);
    socket.once('close', () => reject(new DriverFailed('closed')));
  });
}
