import { Redis } from 'ioredis';
import type { Json } from '../../core/json.ts';
import type { Figures } from '../result.ts';
import { inRunDirectory } from '../run-directory.ts';
import { startRedis } from '../targets/redis-server.ts';
import { openRedstep } from '../targets/redstep.ts';
import { seq2 } from './seq2.ts';
import { payloadOf200Bytes, type Workflow } from './workflow.ts';

const IN_FLIGHT = 64;

/** `seq2` with an input of a few bytes, and with one of 200: what Redis keeps of an execution that has ended. */
export async function measureRedisBytes(seconds: number, parentDirectory: string): Promise<Figures> {
  const keptOf = (input: Json): Promise<Kept> =>
    inRunDirectory(parentDirectory, (directory) => measure({ ...seq2, input }, seconds, directory));
  const small = await keptOf({ id: 1 });
  const of200 = await keptOf(payloadOf200Bytes(0));
  return {
    'bytes of memory each, input of 8 B': small.memory,
    'bytes of memory each, input of 200 B': of200.memory,
    'bytes of append-only file each, input of 8 B': small.file,
    'bytes of append-only file each, input of 200 B': of200.file,
    'keys each': of200.keys,
    'executions counted, input of 200 B': of200.executions,
  };
}

interface Kept {
  readonly executions: number;
  readonly memory: number;
  readonly file: number;
  readonly keys: number;
}

async function measure(workflow: Workflow, seconds: number, directory: string): Promise<Kept> {
  const redis = await startRedis(directory, 'everysec');
  const client = new Redis(redis.url);
  await client.config('SET', 'auto-aof-rewrite-percentage', 0); // the file is to grow by what is written
  const session = await openRedstep(workflow, { directory, profileDir: undefined, redis });
  try {
    await session.measure({ inFlight: IN_FLIGHT, warmUpSeconds: 0, seconds: 1 });
    const before = await readKept(client);
    const { executions } = await session.measure({ inFlight: IN_FLIGHT, warmUpSeconds: 0, seconds });
    const after = await readKept(client);
    // Those under way when the time was up have ended since.
    const count = executions + IN_FLIGHT;
    const each = (read: (kept: Kept) => number): number => (read(after) - read(before)) / count;
    return {
      executions: count,
      memory: each((kept) => kept.memory),
      file: each((kept) => kept.file),
      keys: each((kept) => kept.keys),
    };
  } finally {
    client.disconnect();
    await session.close();
  }
}

async function readKept(client: Redis): Promise<Kept> {
  const info = `${await client.info('memory')}${await client.info('persistence')}`;
  const read = (field: string): number => Number(info.match(new RegExp(`^${field}:(\\d+)`, 'm'))?.[1]);
  return { executions: 0, memory: read('used_memory'), file: read('aof_current_size'), keys: await client.dbsize() };
}
