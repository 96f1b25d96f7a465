import { setTimeout as delay } from 'node:timers/promises';
import type { Dice } from './dice.ts';
import { StormNode, type StormNodeOptions } from './storm-node.ts';

/** Between two faults, in milliseconds. */
const CALM_MS = { least: 200, most: 3_000 };

/** Faults by name, each as often as it stands here. */
const FAULTS = ['kill', 'kill', 'freeze', 'stop'] as const;

export type Fault = (typeof FAULTS)[number];

export interface StormOptions extends StormNodeOptions {
  readonly dice: Dice;
  readonly nodes: number;
  /** A frozen node goes on after twice this at the latest, in milliseconds. */
  readonly leaseTermMs: number;
  readonly tell: (text: string) => void;
}

/** Nodes of which one after the other is killed, frozen or stopped, and started again. */
export class Storm {
  /** How often each fault has come. */
  readonly faults: Record<Fault, number> = { kill: 0, freeze: 0, stop: 0 };
  readonly #options: StormOptions;
  readonly #nodes: StormNode[] = [];
  /** Where each node answers; undefined: it does not just now. */
  readonly #endpoints: (string | undefined)[] = [];

  constructor(options: StormOptions) {
    this.#options = options;
  }

  /** @throws {NodeEnded} a node cannot start. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.nodes }, (_, i) => this.#start(i)));
  }

  /** Addresses of the nodes that answer. */
  get endpoints(): readonly string[] {
    return this.#endpoints.filter((endpoint) => endpoint !== undefined);
  }

  /** Blows for so long; then all nodes are well. */
  async blow(durationMs: number): Promise<void> {
    const { dice } = this.#options;
    const end = performance.now() + durationMs;
    for (;;) {
      await delay(CALM_MS.least + dice.below(CALM_MS.most - CALM_MS.least));
      if (performance.now() >= end) return;
      await this.#strike(dice.below(this.#nodes.length), FAULTS[dice.below(FAULTS.length)] ?? 'kill');
    }
  }

  /** Stops all nodes, in order. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop()));
  }

  async #strike(i: number, fault: Fault): Promise<void> {
    const { dice, leaseTermMs, tell } = this.#options;
    const node = this.#nodes[i];
    if (node === undefined) return;
    this.faults[fault]++;
    tell(`${fault} node ${i}`);
    if (fault === 'freeze') {
      node.freeze();
      await delay(dice.below(2 * leaseTermMs));
      return node.thaw();
    }
    this.#endpoints[i] = undefined;
    await (fault === 'kill' ? node.kill() : node.stop());
    await this.#start(i);
  }

  async #start(i: number): Promise<void> {
    const node = new StormNode(this.#options);
    this.#nodes[i] = node;
    this.#endpoints[i] = await node.ready;
    if (this.#endpoints[i] === undefined) throw new NodeEnded(node.log.join('\n'));
  }
}

/** A node ended before it listened; the message is what it said. */
export class NodeEnded extends Error {
  override readonly name = 'NodeEnded';
}
