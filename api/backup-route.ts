import type { IncomingMessage } from 'node:http';
import { isAbsolute } from 'node:path';
import { type Backups, DirectoryNotEmpty } from '../runtime/ports/backups.ts';
import type { ApiLog } from './router.ts';

export const BACKUP_PATH = '/redstep/backup';

/** What a backup is asked with, beside its body `{"directory": "/…"}`: a web page cannot send it without being asked. */
const CONFIRMATION_HEADER = 'x-redstep-admin';

export interface BackupParts {
  /** Undefined: the store makes no copies. */
  readonly backups?: Backups | undefined;
  readonly log: ApiLog;
}

/** Plain words, for whoever asked. */
export interface BackupAnswer {
  readonly status: number;
  readonly body: string;
}

const NO_COPIES =
  'This server has no data directory of its own. On Redis, Redis makes copies (its append-only file, BGSAVE), and redstep export does while no node runs';

/** Writes a copy of the store into a directory of this machine, for whoever asks on this machine. Never rejects. */
export async function backUp(request: IncomingMessage, body: string, parts: BackupParts): Promise<BackupAnswer> {
  if (!isFromHere(request))
    return { status: 403, body: 'A backup writes files: it can be asked for on the machine of the server alone' };
  const directory = readDirectory(body);
  if (directory === undefined) return { status: 400, body: 'Say where: {"directory": "/an/absolute/path"}' };
  if (parts.backups === undefined) return { status: 409, body: NO_COPIES };
  try {
    await parts.backups.backup(directory);
    parts.log('info', `a copy of the data is in ${directory}`);
    return { status: 200, body: directory };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof DirectoryNotEmpty) return { status: 409, body: reason };
    parts.log('error', `the backup into ${directory} failed: ${reason}`);
    return { status: 500, body: reason };
  }
}

/**
 * Whether a process of this machine asks, of its own accord. A proxy on this machine says that it is one; a web page that
 * a browser here shows has an origin, or comes by a name of another host, and cannot set the header.
 */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const isPassedOn = [headers.forwarded, headers['x-forwarded-for'], headers.via, headers.origin].some(
    (header) => header !== undefined,
  );
  return (
    isLoopback(socket.remoteAddress ?? '') &&
    isLoopback((headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')) &&
    headers[CONFIRMATION_HEADER] === 'backup' &&
    !isPassedOn
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(host);
}

function readDirectory(body: string): string | undefined {
  try {
    const directory: unknown = Object(JSON.parse(body)).directory;
    return typeof directory === 'string' && isAbsolute(directory) ? directory : undefined;
  } catch {
    return undefined;
  }
}
