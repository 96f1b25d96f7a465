import type { Placement } from './core/interpreter/placement.ts';

/** Every option of a Redstep process, with its default and what it decides. */
export interface Config {
  /** Where executions live: a directory of the embedded store. Undefined: in memory, gone with the process. */
  readonly dataDir: string | undefined;
  /**
   * `fsync`: an answered StartExecution survives a power cut. `relaxed`: it survives the death of the process, but after
   * a power cut the directory may be unreadable.
   */
  readonly durability: 'fsync' | 'relaxed';
  /** Share a Redis with other nodes, instead of a store of its own. Undefined: the store is `dataDir`'s, or in memory. */
  readonly redis: RedisConfig | undefined;
  /** Folder of functions: NAME.mjs, .js, .cjs or .ts is Lambda function NAME. Undefined: none are hosted. */
  readonly functionsDir: string | undefined;
  /** Where functions run, on a Redis: in this node, in worker processes, or wherever they are hosted; docs/workers.md. */
  readonly tasks: 'queue' | 'inline' | 'auto';
  /** Run functions in worker threads: an endless loop is ended at its timeout, at about 25 µs more a call. */
  readonly isolate: boolean;
  /** Take up functions that are edited, without a restart. */
  readonly watch: boolean;
  /** Account in the ARNs of what is created: 12 digits. */
  readonly account: string;
  /** Where the AWS API is served. Undefined: it is not. Whoever reaches it may do everything: nothing is authenticated. */
  readonly listen: ListenAddress | undefined;
  /** Iterations of an inline Map at once. AWS: 40; more runs here and would queue there. */
  readonly mapConcurrencyMax: number;
  /**
   * Where branches of Parallel and iterations of Map run: in their execution (`local`), or as executions of their own on
   * any node (`spread`); `auto` spreads a fan-out when hundreds of them can be under way at once.
   */
  readonly placement: Placement;
  /** Deaths of the process after which the task that was running each time is failed with Lambda.Unknown. */
  readonly crashesMax: number;
  /** Executions are kept for so long after their end, in milliseconds, and their names stay taken. AWS: 90 days. */
  readonly retentionMs: number;
  /**
   * What has ended may take so many bytes, all partitions together; the oldest go first. State machines that have a limit
   * of their own (tag `redstep:historyBytesMax`) do not count. Undefined: half of Redis' maxmemory, or a quarter of the disk.
   */
  readonly historyBytesMax: number | undefined;
  /** However many bytes there are: what ended so recently stays, in milliseconds. Whoever waits for a result asks by then. */
  readonly historyMinAgeMs: number;
}

export interface RedisConfig {
  /** `redis://…`, `rediss://…`, `redis+sentinel://…`, `redis+cluster://…`: see docs/redis.md. */
  readonly url: string;
  /** Begins every key. Two deployments on one Redis need two. */
  readonly keyPrefix?: string | undefined;
  /** How many partitions, when nobody has used this Redis yet: a power of two. */
  readonly partitions?: number | undefined;
  /** What a commit asks of Redis' append-only file. */
  readonly fsync?: 'always' | 'everysec' | undefined;
  /** So many replicas have a commit before it counts. */
  readonly replicas?: number | undefined;
  /** Certificate authority of Redis, PEM text. */
  readonly ca?: string | undefined;
  /** Where the other nodes reach this one's API: `http://HOST:PORT`. Default: where it listens. */
  readonly advertise?: string | undefined;
  /** What a dead node owned stands still for so long, in milliseconds. */
  readonly leaseTermMs: number;
  /** When it stops, its functions may go on for so long, in milliseconds: others own its partitions by then. Default: 30 s. */
  readonly drainMs?: number | undefined;
}

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** As long as Kubernetes waits before it kills, and worker processes let their functions go on. */
export const DRAIN_MS_DEFAULT = 30_000;

export const DEFAULT_CONFIG: Config = {
  dataDir: undefined,
  durability: 'fsync',
  redis: undefined,
  functionsDir: undefined,
  tasks: 'auto',
  isolate: false,
  watch: false,
  account: '123456789012',
  listen: undefined,
  mapConcurrencyMax: 40,
  placement: 'auto',
  crashesMax: 3,
  retentionMs: 90 * 86_400_000,
  historyBytesMax: undefined,
  historyMinAgeMs: 60_000,
};
