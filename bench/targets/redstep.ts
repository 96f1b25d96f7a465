import { join } from 'node:path';
import type { Config } from '../../config.ts';
import type { Workflow } from '../scenarios/workflow.ts';
import { startDriver } from './driver.ts';
import { type AppendFsync, type RedisServer, startRedis } from './redis-server.ts';
import type { RedstepSetup } from './redstep-driver.ts';
import type { Session, Target, TargetOptions } from './target.ts';

/** Redstep as a library, on LMDB: engine, functions and load in one process. */
export const redstep: Target = {
  name: 'redstep',
  boundary: 'nothing: engine, functions and load driver share a process',
  open: openRedstep,
};

/** Redstep as one node on a Redis: engine, functions and load in one process. */
export function redstepOnRedis(fsync: AppendFsync): Target {
  return {
    name: `redstep-${fsync}`,
    boundary: 'commits: engine–Redis (TCP); functions and load driver share the process with the engine',
    open: async (workflow, options) => {
      const redis = await startRedis(options.directory, fsync);
      return openRedstep(workflow, { ...options, redis });
    },
  };
}

export interface RedstepOptions extends TargetOptions {
  /** Where executions are kept, ended with the session. Undefined: in LMDB. */
  readonly redis?: RedisServer;
  /** Executions that are open, and wait for hours, while others are measured. Default: none. */
  readonly waits?: number;
  /** Of that Redis. Default: Redstep's own. */
  readonly partitions?: number;
}

const LEASE_TERM_MS = 10_000;

/** The session has `redis` end with it. */
export async function openRedstep(workflow: Workflow, options: RedstepOptions): Promise<Session> {
  const { directory, profileDir, redis, waits = 0, partitions } = options;
  const config: Partial<Config> =
    redis === undefined
      ? { dataDir: join(directory, 'redstep'), durability: 'fsync' }
      : { redis: { url: redis.url, leaseTermMs: LEASE_TERM_MS, partitions }, listen: { host: '127.0.0.1', port: 0 } };
  const setup: RedstepSetup = { workflow, config, redisPid: redis?.pid, waits };
  try {
    const driver = await startDriver(new URL('redstep-driver.js', import.meta.url), { setup, profileDir });
    return { measure: driver.measure, close: () => driver.close().finally(redis?.stop) };
  } catch (error) {
    await redis?.stop();
    throw error;
  }
}
