import type { Placement } from '../../core/interpreter/placement.ts';
import { parseTaskToken } from '../../core/interpreter/task-token.ts';
import { executionKeyOf } from '../../runtime/actor/execution-key.ts';
import type { Engine } from '../../runtime/engine.ts';
import type { HistoryOptions } from '../../runtime/partition/history-policies.ts';
import { packEnvelope } from '../../runtime/partition/mailbox-message.ts';
import { partitionOf } from '../../runtime/partition/placement.ts';
import { NotOwner } from '../../runtime/ports/not-owner.ts';
import type { Lease, TurnCommit } from '../../runtime/ports/store.ts';
import type { TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import { taskMessage } from '../../runtime/ports/task-message.ts';
import { MemoryDisk } from '../../runtime/stores/memory/memory-disk.ts';
import { MemoryMailboxes } from '../../runtime/stores/memory/memory-mailboxes.ts';
import { MemoryMembership } from '../../runtime/stores/memory/memory-membership.ts';
import { unpackRecord } from '../../runtime/stores/record-codec.ts';
import { Mail } from './mail.ts';
import { Ownership } from './ownership.ts';
import type { ProcessLife } from './process-life.ts';
import { randomHistory } from './random-history.ts';
import { type RunningNode, SimulatedNode } from './simulated-node.ts';
import { NO_FAULTS, type StoreFaults } from './store-link.ts';
import type { Surroundings, System } from './system.ts';
import { NO_ANSWER, type NoAnswer } from './world.ts';

/** From here on nothing fails any more that need not: what is under way then must come to its end. */
const TROUBLE_MS = 300_000;
/** How long it takes until a result is known where nothing fails, and where calls are slow. */
const HEARD_MS = { fast: 5_000, slow: 30_000 };
/** A client's, and that of a node that has sent a request on. */
const PATIENCE_MS = 30_000;
const PAUSE_MS_MAX = 250;

/** Two to four nodes that share a store. Any of them answers; a request finds its owner as it does in api/ask-owner.ts. */
export class Cluster implements System {
  readonly disk: MemoryDisk;
  readonly around: Surroundings;
  readonly ownership: Ownership;
  readonly mailboxes: MemoryMailboxes;
  readonly mail: Mail;
  readonly membership: MemoryMembership;
  readonly leaseTermMs: number;
  readonly placement: Placement;
  readonly crashesMax: number;
  /** Nodes only stop, in order, and start again: nothing fails. */
  readonly rolls: boolean;
  readonly history: Partial<HistoryOptions>;
  readonly #faults: StoreFaults;
  readonly #nodes: readonly SimulatedNode[];
  /** Where each Express execution was accepted. */
  readonly #express: Map<string, number> = new Map();
  /** Until when what has failed may be felt. */
  #disturbedMs = 0;

  constructor(around: Surroundings) {
    this.around = around;
    const { dice, time, checkers } = around;
    this.disk = new MemoryDisk(dice.pick([4, 8]));
    this.ownership = new Ownership(
      (holds, text) => checkers.claim(holds, text),
      () => time.nowMs,
    );
    this.mailboxes = new MemoryMailboxes(() => time.nowMs);
    this.mail = new Mail(checkers, this.ownership);
    this.membership = new MemoryMembership(() => time.nowMs);
    this.leaseTermMs = dice.pick([3_000, 5_000, 10_000]);
    this.crashesMax = dice.below(5);
    this.placement = dice.chance(0.4) ? 'spread' : 'local';
    this.history = randomHistory(dice);
    const faults = { lost: 0.01, unknown: 0.02, unreadable: 0.01, slow: dice.pick([0, 0.01, 0.1]) };
    this.rolls = dice.chance(0.2);
    this.#faults = this.rolls || dice.chance(0.3) ? NO_FAULTS : faults;
    this.#nodes = Array.from({ length: 2 + dice.below(3) }, (_, i) => new SimulatedNode(this, i));
  }

  /** Nothing fails any more. */
  get calm(): boolean {
    return this.around.time.nowMs - this.around.startMs > TROUBLE_MS;
  }

  get faults(): StoreFaults {
    return this.calm ? NO_FAULTS : this.#faults;
  }

  get left(): readonly string[] {
    return Array.from({ length: this.disk.partitionCount }, (_, partition) => [
      ...[...this.disk.recordsOf(partition).keys()].filter((key) => /^(express|release)\//.test(key)),
      ...Array.from({ length: this.mailboxes.depth(partition) }, () => `a message to ${partition}`),
    ]).flat();
  }

  /** A commit has been written. */
  committed(commit: TurnCommit): void {
    this.ownership.committed(commit);
    for (const { key, value } of commit.records) {
      if (!key.startsWith('express/') || value === undefined) continue;
      const { facts } = unpackRecord<{ facts: { executionArn: string } }>(value);
      this.#express.set(facts.executionArn, commit.partition);
    }
    this.mail.committed(commit);
    this.around.committed(commit);
  }

  /** A node has got a lease: nobody else may trust his. */
  leased(lease: Lease): void {
    const { partition, epoch } = lease;
    if (!this.ownership.leased(lease)) this.disturb();
    for (const { running } of this.#nodes) {
      for (const own of running?.engine.node.owned ?? []) {
        const trusts = own.number === partition && own.lease.trusted;
        this.around.checkers.claim(!trusts, `partition ${partition} got epoch ${epoch}: its owner trusts his lease`);
      }
    }
  }

  deaths(partition: number): number {
    return this.ownership.deaths(partition);
  }

  /** Something fails until `untilMs`; what was owned there stands still for a lease's term more. */
  disturb(untilMs: number = this.around.time.nowMs): void {
    this.#disturbedMs = Math.max(this.#disturbedMs, untilMs + this.leaseTermMs);
  }

  /**
   * An attempt has a result, given in this life or by who got its work there: once nothing fails any more that is known
   * soon, however often its partition is handed over.
   */
  answered(token: string, { type }: TaskResult, life: ProcessLife): void {
    this.around.checkers.answered(token);
    if (type !== 'Submitted' && !token.includes('%3Aexpress%3A')) this.#expectHeard(token, life);
  }

  #expectHeard(token: string, life: ProcessLife): void {
    const { time, checkers } = this.around;
    const quietMs = Math.max(time.nowMs, this.#disturbedMs);
    time.at(quietMs + (this.#faults.slow > 0 ? HEARD_MS.slow : HEARD_MS.fast), () => {
      if (!life.alive || checkers.isOver(token)) return; // after its end others do its work again
      const isQuiet = this.#disturbedMs <= quietMs && this.#isOwned(this.placeOf(token));
      if (isQuiet) checkers.claim(false, `${token}: its result is lost`);
      else this.#expectHeard(token, life);
    });
  }

  /** Whether any node owns a partition. */
  #isOwned(partition: number | undefined): boolean {
    const engines = this.#nodes.flatMap(({ running }) => running?.engine ?? []);
    return engines.some(({ node }) => [...node.owned].some(({ number }) => number === partition));
  }

  /** The partition that what a token names lies on; undefined: on none. */
  placeOf(token: string): number | undefined {
    const arn = parseTaskToken(token)?.executionArn ?? '';
    if (arn.includes(':express:')) return this.#express.get(arn);
    return partitionOf(executionKeyOf(arn), this.disk.partitionCount);
  }

  /** A worker process tells the mailbox, until it has been heard; perhaps twice. */
  readonly byMailbox = (token: string, result: TaskResult): void => {
    const { time, dice } = this.around;
    const parts = parseTaskToken(token);
    const partition = this.placeOf(token);
    if (parts === undefined || partition === undefined) return;
    const { taskNumber, executionArn } = parts;
    const envelope = packEnvelope({
      executionKey: executionKeyOf(executionArn),
      message: taskMessage(result, taskNumber),
    });
    for (let times = dice.chance(0.1) ? 2 : 1; times > 0; times--) {
      time.after(dice.between(0, 1_000), () => {
        this.mail.appended([envelope]);
        void this.mailboxes.append(partition, [envelope]);
      });
    }
  };

  async ask<T>(call: (engine: Engine) => Promise<T>): Promise<T | NoAnswer> {
    const { dice, time } = this.around;
    const node = this.#nodes[dice.below(this.#nodes.length)]?.running;
    if (node === undefined) return NO_ANSWER;
    const ended = node.life.ended.then((): NoAnswer => NO_ANSWER);
    const impatient = time.sleep(PATIENCE_MS).then((): NoAnswer => NO_ANSWER);
    return Promise.race([this.#route(node, call), ended, impatient]);
  }

  /** The same way as a request takes over HTTP: here, else at the owner's address, else here again. */
  async #route<T>(node: RunningNode, call: (engine: Engine) => Promise<T>): Promise<T | NoAnswer> {
    const { time, startMs } = this.around;
    const deadlineMs = time.nowMs + PATIENCE_MS;
    for (let pauseMs = 10; time.nowMs < deadlineMs; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
      const here = await this.#serve(node, call);
      if (!(here instanceof NotOwner)) return here;
      try {
        const address = await node.engine.node.addressOfOwner(here.partition);
        const other = this.#nodes.find(({ running }) => running?.address === address)?.running;
        const there = other === undefined ? here : await this.#send(other, call);
        if (!(there instanceof NotOwner)) return there;
      } catch {
        return NO_ANSWER; // the store cannot be asked who it is
      }
      await new Promise<void>((resolve) => time.after(pauseMs, () => node.life.pass(resolve)));
    }
    this.around.trace(`client: no owner found since ${deadlineMs - PATIENCE_MS - startMs}`);
    return NO_ANSWER;
  }

  /** NotOwner: it does not answer either. */
  #send<T>(node: RunningNode, call: (engine: Engine) => Promise<T>): Promise<T | NoAnswer | NotOwner> {
    const silent = (): NotOwner => new NotOwner(0);
    const impatient = this.around.time.sleep(PATIENCE_MS / 2).then(silent);
    return Promise.race([this.#serve(node, call), node.life.ended.then(silent), impatient]);
  }

  /** One node tries to answer. */
  #serve<T>({ life, engine }: RunningNode, call: (engine: Engine) => Promise<T>): Promise<T | NoAnswer | NotOwner> {
    const { time, dice } = this.around;
    return new Promise((resolve) => {
      const answer = (value: T | NoAnswer | NotOwner): void => {
        life.pass(() => time.after(dice.between(0, 3), () => resolve(value)));
      };
      const refuse = (error: unknown): void => answer(error instanceof NotOwner ? error : NO_ANSWER);
      const begin = async (): Promise<T> => call(engine);
      time.after(dice.between(0, 3), () => life.pass(() => begin().then(answer, refuse)));
    });
  }
}
