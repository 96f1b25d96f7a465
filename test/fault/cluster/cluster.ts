import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeView, PartitionView } from '../../../app.ts';
import { Dice } from '../../../cli/chaos/dice.ts';
import { LEDGER_VARIABLE, Ledger } from '../../../cli/chaos/ledger.ts';
import { StormLoad } from '../../../cli/chaos/storm-load.ts';
import { StormNode } from '../../../cli/chaos/storm-node.ts';
import { MAIN, ROOT } from '../../integration/cli-process.ts';
import { waitUntil } from '../../redis/wait-until.ts';
import { ClusterClient } from './cluster-client.ts';

/** Executions under each fault, at the least: REDSTEP_FAULT_EXECUTIONS=10000 is the full run. */
export const EXECUTIONS = Number(process.env.REDSTEP_FAULT_EXECUTIONS ?? 200);
/** How often a fault comes: so many executions are accepted before each time. */
export const times = (least: number): number => Math.max(least, Math.round(EXECUTIONS / 500));
export const TEST_MS_MAX = 240_000 + 60 * EXECUTIONS;
export const LEASE_TERM_MS = 2_000;
/** Until all has ended, once nothing goes wrong any more. */
const END_MS_MAX = 60_000 + 10 * EXECUTIONS;
const CLIENTS = 16;

export interface ClusterOptions {
  /** Where node number `i` reaches Redis. */
  readonly redis: (i: number) => string;
  readonly nodes?: number;
  /** More of `redstep start`. */
  readonly args?: readonly string[];
  /** The longest that a function takes. */
  readonly workMsMax?: number;
}

/** Nodes on one Redis, clients who start executions on them, and a ledger of what their functions do. */
export class Cluster {
  readonly seed = Number(process.env.REDSTEP_SEED ?? randomInt(2 ** 31));
  readonly dice = new Dice(this.seed);
  readonly nodes: StormNode[] = [];
  readonly load: StormLoad;
  readonly #options: ClusterOptions;
  readonly #directory = mkdtempSync(join(tmpdir(), 'redstep-cluster-'));
  /** What the functions write down. */
  readonly ledgerPath = join(this.#directory, 'ledger');
  readonly #endpoints: URL[] = [];
  readonly #client = new ClusterClient(() => this.#endpoints);

  constructor(options: ClusterOptions) {
    this.#options = options;
    writeFileSync(this.ledgerPath, '');
    const { dice } = this;
    const { workMsMax = 60 } = options;
    const { call } = this.#client;
    this.load = new StormLoad({ call, dice, clients: CLIENTS, workMsMax, ledger: this.ledgerPath });
  }

  /** Resolves when all nodes answer and every partition has an owner. */
  async start(): Promise<void> {
    const { nodes = 3 } = this.#options;
    await Promise.all(Array.from({ length: nodes }, (_, i) => this.startNode(i)));
    await this.load.createMachines();
  }

  /** Starts node `i`, on the port that it had before, if it had one. */
  async startNode(i: number): Promise<void> {
    const { redis, args = [] } = this.#options;
    const port = this.#endpoints[i]?.port ?? '0';
    const node = new StormNode({
      main: MAIN,
      args: [
        ...['--redis', redis(i), '--port', port, '--lease-term', `${LEASE_TERM_MS}ms`],
        ...['--functions', join(ROOT, 'dist/cli/chaos/functions'), ...args],
      ],
      env: { [LEDGER_VARIABLE]: this.ledgerPath },
    });
    this.nodes[i] = node;
    const endpoint = await node.ready;
    if (endpoint === undefined) throw new NodeEnded(`a node ended before it listened:\n${node.log.join('\n')}`);
    this.#endpoints[i] = new URL(endpoint);
  }

  node(i: number): StormNode {
    const node = this.nodes[i];
    if (node === undefined) throw new NodeEnded(`there is no node ${i}`);
    return node;
  }

  endpoint(i: number): URL {
    const endpoint = this.#endpoints[i];
    if (endpoint === undefined) throw new NodeEnded(`there is no node ${i}`);
    return endpoint;
  }

  /** Resolves when so many more executions have been accepted. */
  accepts(more: number): Promise<void> {
    const target = this.load.accepted + more;
    return waitUntil(`${more} more executions are accepted`, () => this.load.accepted >= target, END_MS_MAX);
  }

  /** The id of node `i`. */
  async idOf(i: number): Promise<string> {
    const { nodes } = await this.#read<{ nodes: readonly NodeView[] }>(i, '/redstep/nodes');
    const port = this.endpoint(i).port;
    return nodes.find(({ address }) => address?.endsWith(`:${port}`))?.id ?? '';
  }

  /**
   * Resolves when every partition has an owner, none of them the node of this id, as node `i` sees it. @returns how long
   * that took, in milliseconds.
   */
  async takenOver(id: string, i: number): Promise<number> {
    const began = performance.now();
    await waitUntil(`others own the partitions of node ${id}`, async () => {
      const { partitions } = await this.#read<{ partitions: readonly PartitionView[] }>(i, '/redstep/partitions');
      return partitions.every(({ owner }) => owner !== null && owner !== id);
    });
    return performance.now() - began;
  }

  async #read<View>(i: number, path: string): Promise<View> {
    return (await fetch(new URL(path, this.endpoint(i)))).json() as Promise<View>; // as api/cluster-view.ts has it
  }

  /** Figures of the run, for whoever reads the output of the tests. */
  tell(what: string): void {
    const { load, seed } = this;
    const kinds = new Map<string, number>();
    for (const error of load.errors) kinds.set(error, (kinds.get(error) ?? 0) + 1);
    console.log(
      `${what}: seed ${seed}, ${load.accepted} executions, slowest start ${Math.round(load.startMsMax)} ms, ` +
        `${this.ledger().repeated} calls repeated, ${load.errors.length} errors ${[...kinds].map(([kind, n]) => `${n} × ${kind}`).join('; ')}`,
    );
  }

  /** Ends the load, waits for the end of all executions, and inspects them. @returns a line for each that is not whole. */
  async verdict(): Promise<string[]> {
    await this.load.end();
    await this.load.ended(END_MS_MAX);
    return this.load.inspect();
  }

  ledger(): Ledger {
    return Ledger.read(this.ledgerPath);
  }

  /** The last lines of all nodes, for a test that fails. */
  logs(): string {
    return this.nodes.map(({ log }, i) => log.map((line) => `node ${i}: ${line}`).join('\n')).join('\n');
  }

  async stop(): Promise<void> {
    await this.load.end();
    await Promise.all(this.nodes.map((node) => node.kill()));
    this.#client.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

class NodeEnded extends Error {
  override readonly name = 'NodeEnded';
}
