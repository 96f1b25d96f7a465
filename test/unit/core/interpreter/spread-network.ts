import type { Program } from '../../../../core/definition/program.ts';
import { type HistoryEvent, readHistory } from '../../../../core/history/history-event.ts';
import { countEntries, type LogTurn, type LogValue } from '../../../../core/history/log-reader.ts';
import type { Host } from '../../../../core/host.ts';
import { type BranchStart, branchStart } from '../../../../core/interpreter/branch.ts';
import { BranchOutbox } from '../../../../core/interpreter/branch-outbox.ts';
import type { Effect } from '../../../../core/interpreter/effects.ts';
import { type Execution, earliestDue, type Frame, isActive, isOver } from '../../../../core/interpreter/execution.ts';
import { foldLog } from '../../../../core/interpreter/fold.ts';
import type { Message } from '../../../../core/interpreter/messages.ts';
import { Payload } from '../../../../core/interpreter/payload.ts';
import { type Decision, type StepOptions, start, startBranch, step } from '../../../../core/interpreter/step.ts';
import type { Dice } from '../../../simulation/dice.ts';
import { checkFold } from '../../../simulation/fold-check.ts';
import { RANDOM_INPUT } from '../../../simulation/random-definition.ts';
import { FACTS } from './driven-execution.ts';

/** Draws the same for everybody, so that an execution draws the same wherever its branches run. */
const HOST: Host = { random: () => 0.5, uuid: () => '00000000-0000-4000-8000-000000000000', hash: () => '' };

/** How often, of all messages, each is lost or comes twice; and how often, of all turns, an actor forgets what is not durable. */
export interface Trouble {
  readonly lost: number;
  readonly doubled: number;
  readonly crashed: number;
}

/** How often progress goes with that of other branches. */
const TOGETHER = 0.3;

/** 0: the root. */
type Address = number;

interface Actor {
  execution: Execution;
  readonly turns: LogTurn[];
  outbox: BranchOutbox;
}

/** An execution and the branches of it that are executions of their own, each with its log, and messages between them. */
export class SpreadNetwork {
  readonly program: Program;
  readonly root: Actor;
  readonly branches: Map<Address, Actor> = new Map();
  /** Branches that nobody waits for any more. */
  readonly released: Set<Address> = new Set();
  nowMs = 1_000;
  readonly #dice: Dice;
  readonly #trouble: Trouble;
  #mail: { readonly to: Address; readonly message: Message | BranchStart; readonly kept?: boolean }[] = [];

  constructor(program: Program, dice: Dice, trouble: Trouble) {
    this.program = program;
    this.#dice = dice;
    this.#trouble = trouble;
    const turns: LogTurn[] = [];
    const input = Payload.ofText(JSON.stringify(RANDOM_INPUT));
    const { execution, effects } = this.#turn(turns, (options) => start(program, FACTS, input, options));
    this.root = { execution, turns, outbox: new BranchOutbox() };
    this.#perform(effects);
  }

  history(): HistoryEvent[] {
    return readHistory(this.root.turns, true);
  }

  get ended(): boolean {
    return this.root.execution.end !== undefined;
  }

  /** All that wait for something, the root first. */
  get actors(): [Address, Actor][] {
    return [[0, this.root], ...this.branches];
  }

  /** Sends a message to whoever has that address; what it decides is durable at once. */
  send(to: Address, message: Message): void {
    const actor = this.#actor(to);
    if (actor === undefined) return;
    if (message.type === 'ProgressTaken') actor.outbox.acknowledge(message);
    const before = actor.turns.length;
    const { effects } = this.#turn(actor.turns, (options) => step(actor.execution, message, options));
    checkFold(this.program, actor.turns, actor.execution);
    if (isOver(actor.execution) && this.branches.delete(to)) this.released.add(to);
    if (this.#dice.chance(this.#trouble.crashed)) return this.#crash(actor, effects);
    actor.outbox.add(actor.turns.slice(before));
    this.#ship(actor);
    this.#perform(effects, to);
  }

  /** Delivers what is under way, in any order, until nothing is, and everybody knows what was lost. */
  settle(): void {
    for (let rounds = 0; rounds < 5_000; rounds++) {
      while (this.#mail.length > 0) this.deliverOne();
      if (this.actors.filter(([, actor]) => this.#remind(actor)).length === 0) return;
    }
    throw new TypeError('the network does not come to rest');
  }

  /** Some message arrives, or not. */
  deliverOne(): void {
    const [mail] = this.#mail.splice(this.#dice.below(this.#mail.length), 1);
    if (mail === undefined || (mail.kept !== true && this.#dice.chance(this.#trouble.lost))) return;
    if (this.#dice.chance(this.#trouble.doubled)) this.#mail.push(mail);
    if ('type' in mail.message) this.send(mail.to, mail.message);
    else this.#begin(mail.message);
  }

  /** Time goes by until somebody is due. */
  advance(): void {
    const due = this.actors.map(([, { execution }]) =>
      execution.end === undefined ? earliestDue(execution) : undefined,
    );
    const nextMs = Math.min(...due.filter((atMs) => atMs !== undefined));
    if (Number.isFinite(nextMs)) this.nowMs = Math.max(this.nowMs, nextMs);
    for (const [address] of this.actors) this.send(address, { type: 'TimeHasCome' });
  }

  #actor(address: Address): Actor | undefined {
    return address === 0 ? this.root : this.branches.get(address);
  }

  /** What whoever owns an execution does now and then. @returns whether it had anything to say. */
  #remind(actor: Actor): boolean {
    const { execution, outbox } = actor;
    if (execution.branch !== undefined) {
      outbox.again();
      return this.#ship(actor);
    }
    const waits =
      execution.end === undefined && [...execution.frames.values()].some(({ spread }) => spread?.taken === 0);
    if (waits) this.send(0, { type: 'Continue' });
    return waits;
  }

  #ship({ execution, outbox }: Actor): boolean {
    const progress = outbox.next(execution);
    if (progress === undefined) return false;
    const before = this.#dice.chance(TOGETHER) ? this.#mail.findIndex(({ to }) => to === 0) : -1;
    const [mail] = before < 0 ? [] : this.#mail.splice(before, 1);
    const others = mail !== undefined && 'branches' in mail.message ? mail.message.branches : [];
    if (mail !== undefined && others.length === 0) this.#mail.push(mail);
    const branches = [...others, structuredClone(progress)];
    this.#mail.push({ to: 0, message: { type: 'BranchesProgressed', branches } });
    return true;
  }

  #begin(given: BranchStart): void {
    const { frameId } = given;
    if (this.branches.has(frameId) || this.released.has(frameId)) return;
    const turns: LogTurn[] = [];
    const { execution, effects } = this.#turn(turns, (options) => startBranch(this.program, given, options));
    const actor = { execution, turns, outbox: new BranchOutbox() };
    this.branches.set(frameId, actor);
    checkFold(this.program, turns, execution);
    actor.outbox.add(turns);
    this.#ship(actor);
    this.#perform(effects, frameId);
  }

  #perform(effects: readonly Effect[], of: Address = 0): void {
    for (const effect of effects) {
      if (effect.type === 'Continue') this.#mail.push({ to: of, message: { type: 'Continue' } });
      else if (effect.type === 'SpawnBranch')
        this.#mail.push({ to: effect.frame.id, message: this.#given(effect.frame) });
      else if (effect.type === 'TellBranch')
        this.#mail.push({ to: effect.frameId, message: effect.message, kept: effect.kept });
    }
  }

  #given(frame: Frame): BranchStart {
    return structuredClone(branchStart(this.root.execution, frame));
  }

  /** Effects of the turn are lost, but for what is kept: that is written down with it. */
  #crash(actor: Actor, effects: readonly Effect[]): void {
    this.#perform(effects.filter((effect) => effect.type === 'TellBranch' && effect.kept));
    actor.execution = foldLog(this.program, actor.turns);
    actor.outbox = new BranchOutbox();
    actor.outbox.add(actor.turns);
    this.#ship(actor);
    const address = actor.execution.branch?.frameId ?? 0;
    if (isActive(actor.execution) && actor.execution.end === undefined)
      this.#mail.push({ to: address, message: { type: 'Continue' } });
  }

  #turn(turns: LogTurn[], decide: (options: StepOptions) => Decision): Decision {
    const sink: LogValue[] = [];
    const decision = decide({ nowMs: this.nowMs, host: HOST, sink });
    if (countEntries([sink]) > 0) turns.push(sink);
    return decision;
  }
}
