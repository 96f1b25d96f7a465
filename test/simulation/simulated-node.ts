import { parseTaskToken } from '../../core/interpreter/task-token.ts';
import { executionKeyOf } from '../../runtime/actor/execution-key.ts';
import { Engine } from '../../runtime/engine.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { TaskRequest } from '../../runtime/ports/task-dispatcher.ts';
import type { Cluster } from './cluster.ts';
import { ProcessLife, someCall } from './process-life.ts';
import { simulatedClock } from './simulated-clock.ts';
import { SimulatedMailboxes } from './simulated-mailboxes.ts';
import { SimulatedMembership } from './simulated-membership.ts';
import { SimulatedStore } from './simulated-store.ts';
import { SimulatedWorkers } from './simulated-workers.ts';
import { StoreLink } from './store-link.ts';
import { logTo } from './system.ts';

/** Of one node: what comes after it lasts. */
const TROUBLES_MAX = 5;
/** A machine's time of day may be wrong by this much, in milliseconds, and its monotonic clock by this share. */
const AHEAD_MS_MAX = 5_000;
const DRIFT_MAX = 0.01;
/** Between two looks of a node that stops at what its functions do. */
const WORK_LOOK_MS = 50;

/** A node while it answers. */
export interface RunningNode {
  readonly life: ProcessLife;
  readonly engine: Engine;
  readonly workers: SimulatedWorkers;
  readonly address: string;
}

/** One node, life after life: it crashes, freezes, is cut off from the store, and is told to stop. */
export class SimulatedNode {
  readonly #cluster: Cluster;
  readonly #name: string;
  #running: RunningNode | undefined;
  #lives = 0;
  #troublesLeft: number;
  #cutUntilMs = 0;

  constructor(cluster: Cluster, index: number) {
    const { dice, time } = cluster.around;
    this.#cluster = cluster;
    this.#name = `node ${index + 1}`;
    this.#troublesLeft = dice.below(TROUBLES_MAX + 1);
    if (index > 0 && dice.chance(0.4)) time.after(dice.between(0, 30_000), () => this.#begin());
    else this.#begin();
  }

  /** Undefined: nobody answers. */
  get running(): RunningNode | undefined {
    return this.#running;
  }

  #begin(): void {
    const { dice, time } = this.#cluster.around;
    const { rolls } = this.#cluster;
    const crashAt = !rolls && this.#takeTrouble(0.3) ? someCall(dice) : undefined;
    const life = new ProcessLife(++this.#lives, crashAt, (why) => this.#ended(why));
    this.#trace('starts');
    if (!rolls && this.#takeTrouble(0.3)) {
      life.freezeAt(someCall(dice), (call) => this.#freeze(life, `at ${call}`));
    }
    const faults = {
      aheadMs: dice.between(-AHEAD_MS_MAX, AHEAD_MS_MAX),
      rate: 1 + dice.between(-DRIFT_MAX, DRIFT_MAX),
    };
    const clock = simulatedClock(time, life, faults);
    const address = `http://${this.#name}.${this.#lives}`;
    void this.#open(life, clock, address).then(async (running) => {
      this.#running = running;
      await running.engine.node.join(address);
      this.#expectTrouble(running);
    });
  }

  async #open(life: ProcessLife, clock: Clock, address: string): Promise<RunningNode> {
    const cluster = this.#cluster;
    const { time, dice, checkers, tokenGiven } = cluster.around;
    const trace = (text: string): void => this.#trace(text);
    const link = new StoreLink({
      life,
      time,
      dice,
      faults: () => cluster.faults,
      cut: () => time.nowMs < this.#cutUntilMs,
      trace,
      failed: () => cluster.disturb(),
    });
    const { store, epochs } = this.#store(link);
    const faulty = (): number => (cluster.calm ? 0 : 0.1);
    let nodeId = '';
    const dispatched = (task: TaskRequest): void => this.#dispatched(task, nodeId, epochs);
    const workers = new SimulatedWorkers({
      life,
      time,
      dice,
      checkers,
      trace,
      dispatched,
      answered: (token, result) => cluster.answered(token, result, life),
      tokenGiven,
      crashesMax: cluster.crashesMax,
      byMailbox: cluster.byMailbox,
    });
    const engine = await Engine.open({
      store,
      clock,
      random: { uuid: () => dice.uuid() },
      dispatcher: workers,
      mapConcurrencyMax: 2,
      placement: cluster.placement,
      crashesMax: cluster.crashesMax,
      history: cluster.history,
      version: '0',
      log: logTo({ trace, checkers }, () => life.alive),
      fatal: (error) => checkers.claim(false, `${this.#name} cannot go on: ${error}`),
      cluster: {
        membership: new SimulatedMembership(cluster.membership, link, (nodes) => cluster.ownership.members(nodes)),
        mailboxes: new SimulatedMailboxes({ shared: cluster.mailboxes, link, time, dice, faulty, watch: cluster.mail }),
        leaseTermMs: cluster.leaseTermMs,
      },
    });
    nodeId = engine.node.id;
    return { life, engine, workers, address };
  }

  /** The store, and the last epoch of each partition that this life has owned. */
  #store(link: StoreLink): { readonly store: SimulatedStore; readonly epochs: ReadonlyMap<number, number> } {
    const { disk, ownership, around } = this.#cluster;
    const { time, dice } = around;
    const epochs = new Map<number, number>();
    const trace = (text: string): void => this.#trace(text);
    const store = new SimulatedStore({
      disk,
      link,
      now: () => time.nowMs,
      repeated: 0.02,
      chance: (probability) => dice.chance(probability),
      trace,
      watch: {
        committed: (commit) => this.#cluster.committed(commit),
        leased: (lease) => {
          trace(`store: ${lease.partition}: epoch ${lease.epoch} begins`);
          this.#cluster.leased(lease);
        },
        released: (lease) => {
          trace(`store: ${lease.partition}: epoch ${lease.epoch} is given back`);
          ownership.released(lease);
        },
      },
      owns: ({ partition, epoch }) => epochs.set(partition, epoch),
    });
    return { store, epochs };
  }

  #dispatched({ token, executionArn }: TaskRequest, nodeId: string, epochs: ReadonlyMap<number, number>): void {
    const { ownership, around } = this.#cluster;
    const partition = this.#cluster.placeOf(token);
    const epoch = partition === undefined ? undefined : epochs.get(partition);
    if (partition === undefined || epoch === undefined) {
      // A synchronous Express execution: it lies nowhere.
      around.checkers.claim(executionArn.includes(':express:'), `${token}: dispatched by a node that does not own it`);
      return;
    }
    // Of a branch that is an execution of its own, the token names the branch, the ARN its root.
    const { executionArn: named, taskNumber } = parseTaskToken(token) ?? { executionArn, taskNumber: 0 };
    const attempt = `${named}#${taskNumber}`;
    const express = executionArn.includes(':express:');
    // An execution whose turn has thrown is out of memory, about to fail: nobody tells the next owner what it works on.
    const isTold = !around.checkers.hasFailedTurn(executionKeyOf(named));
    // A run of an Express execution goes on although its partition is lost: only its beginning is dispatched by the owner.
    if (express ? taskNumber === 1 : isTold) ownership.dispatched(attempt, partition, { epoch, nodeId });
    if (express) return;
    around.checkers.dispatched(token, epoch);
    around.checkers.claim(ownership.owns(partition, epoch), `${attempt}: dispatched by an owner of before`);
  }

  /** @returns whether there is trouble: once in a while, and not for ever. */
  #takeTrouble(chance: number): boolean {
    if (this.#troublesLeft <= 0 || this.#cluster.calm || !this.#cluster.around.dice.chance(chance)) return false;
    this.#troublesLeft--;
    return true;
  }

  #expectTrouble(node: RunningNode): void {
    const { dice, time } = this.#cluster.around;
    const { life } = node;
    if (!this.#takeTrouble(0.8)) return;
    time.after(dice.between(0, 25_000), () => {
      if (!life.alive) return;
      const kind = this.#cluster.rolls ? 'stop' : dice.pick(['crash', 'freeze', 'freeze', 'cut', 'stop']);
      if (kind === 'crash') life.crash('between calls');
      else if (kind === 'stop') this.#stop(node);
      else if (kind === 'freeze') this.#freeze(life, 'between calls');
      else this.#cut();
      this.#expectTrouble(node);
    });
  }

  #freeze(life: ProcessLife, when: string): void {
    const { dice, time } = this.#cluster.around;
    if (life.frozen) return;
    this.#trace(`freezes ${when}`);
    life.freeze();
    const untilMs = time.nowMs + dice.between(0, dice.chance(0.3) ? 1_000 : 3 * this.#cluster.leaseTermMs);
    this.#cluster.disturb(untilMs);
    time.at(untilMs, () => {
      if (!life.alive) return;
      this.#trace('goes on');
      for (const run of life.thaw()) time.after(dice.between(0, 2), () => life.pass(run));
    });
  }

  #cut(): void {
    const { dice, time } = this.#cluster.around;
    this.#cutUntilMs = time.nowMs + dice.between(0, 2 * this.#cluster.leaseTermMs);
    this.#trace('is cut off from the store');
    this.#cluster.disturb(this.#cutUntilMs);
  }

  /** SIGTERM: it hands over, stays until its functions have ended or it is tired of that, and ends. */
  #stop({ life, engine, workers }: RunningNode): void {
    const { time, dice, checkers } = this.#cluster.around;
    if (this.#running === undefined) return;
    this.#trace('is told to stop');
    const stop = async (): Promise<void> => {
      await engine.node.handOver();
      this.#trace('has handed over');
      const untilMs = time.nowMs + (dice.chance(0.7) ? dice.between(0, 25_000) : 0);
      while (time.nowMs < untilMs && workers.working) await time.sleep(WORK_LOOK_MS);
      if (time.nowMs < untilMs) await engine.node.resultsSent();
      if (!life.alive) return;
      this.#running = undefined;
      await engine.close();
    };
    stop().then(
      () => life.crash('in order'),
      (error: unknown) => checkers.claim(!life.alive, `${this.#name} does not stop in order: ${error}`),
    );
    time.after(180_000, () => checkers.claim(!life.alive, `${this.#name} does not stop within three minutes`));
  }

  #ended(why: string): void {
    const { time, dice } = this.#cluster.around;
    this.#trace(`ends ${why}`);
    this.#cluster.disturb();
    this.#running = undefined;
    time.after(dice.chance(0.7) ? dice.between(0, 2_000) : dice.between(0, 30_000), () => this.#begin());
  }

  #trace(text: string): void {
    this.#cluster.around.trace(`${this.#name}.${this.#lives} ${text}`);
  }
}
