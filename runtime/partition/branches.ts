import type { LogTurn } from '../../core/history/log-reader.ts';
import { type BranchStart, branchStart } from '../../core/interpreter/branch.ts';
import { BranchOutbox } from '../../core/interpreter/branch-outbox.ts';
import type { Effect } from '../../core/interpreter/effects.ts';
import { type Execution, type Frame, isSpread } from '../../core/interpreter/execution.ts';
import { type BranchProgress, type Message, RELEASE } from '../../core/interpreter/messages.ts';
import type { Activation } from '../actor/activation.ts';
import { branchKeyOf, executionArnOf, executionKeyOf } from '../actor/execution-key.ts';
import { KEPT_RELEASES, keptRelease } from '../actor/kept-release.ts';
import type { Clock } from '../ports/clock.ts';
import { NotOwner } from '../ports/not-owner.ts';
import { type RecordCommit, type Store, StoreFull } from '../ports/store.ts';
import type { Waiter } from './group-commit.ts';
import type { ExecutionEnvelope } from './mailbox-message.ts';
import type { RuntimeLog } from './partition.ts';

/** After which a start and progress that nobody has answered are sent again, in milliseconds. */
const RESEND_MS = 5_000;

/** Releases read at a time. */
const PAGE = 256;

/** Puts an envelope where it belongs: resolves when it is durable there, or in the mailbox. */
export type Post = (envelope: ExecutionEnvelope) => Promise<void>;

export interface BranchesParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly post: Post;
  readonly log: RuntimeLog;
  readonly writeRecords: (records: readonly RecordCommit[]) => Promise<void>;
  /** All executions in memory. */
  readonly activations: ReadonlyMap<string, Activation>;
}

/**
 * What executions of a partition and their spread branches, on any partitions, say to each other (core's branch.ts has
 * the protocol). Everything leaves when what it tells is durable.
 *
 * What may get lost when a process dies, and what brings it back:
 * - a start: the root sends it again, its next owner too, as long as the branch is not known to have begun;
 * - progress: the branch sends it again until it is acknowledged, its next owner too; an acknowledgement therefore needs
 *   no such care, nor does the release of a branch that has ended;
 * - the release of a branch under way: a record, written with the turn that decided it, removed when it is delivered.
 */
export class Branches {
  readonly #parts: BranchesParts;
  readonly #partition: number;
  /** What branches have to tell, by the keys of their roots. */
  readonly #progress: Map<string, BranchProgress[]> = new Map();
  #armed = false;
  #disarm: () => void = () => undefined;

  constructor(parts: BranchesParts, partition: number) {
    this.#parts = parts;
    this.#partition = partition;
  }

  /** Delivers the releases that the last owner has left. */
  async start(): Promise<void> {
    for (let after: string | undefined; ; ) {
      const query = { partition: this.#partition, prefix: KEPT_RELEASES, limit: PAGE, after };
      const records = await this.#parts.store.readRecords(query);
      for (const { key } of records) this.#release(key.slice(KEPT_RELEASES.length));
      after = records.at(-1)?.key;
      if (after === undefined) return;
    }
  }

  stop(): void {
    this.#disarm();
  }

  /** A turn of `execution` is durable that asks for something of its branches. */
  perform(execution: Execution, effect: Extract<Effect, { type: 'SpawnBranch' | 'TellBranch' }>): void {
    const { executionArn } = execution.facts;
    if (effect.type === 'TellBranch') {
      const executionKey = branchKeyOf(executionArn, effect.frameId);
      if (effect.kept) this.#release(executionKey);
      else void this.#parts.post({ executionKey, message: effect.message });
      return;
    }
    const { frame } = effect;
    if (execution.frames.get(frame.id) === frame) this.#spawn(execution, frame);
  }

  #spawn(execution: Execution, frame: Frame): void {
    if (!awaitsBeginning(frame)) return;
    const executionKey = branchKeyOf(execution.facts.executionArn, frame.id);
    void this.#parts.post({ executionKey, start: branchStart(execution, frame) });
    this.#arm();
  }

  /** Somebody says something to an execution that is over or never was: a branch of it is not wanted any more. */
  refuse(executionKey: string, message: Message): void {
    if (message.type !== 'BranchesProgressed') return;
    const executionArn = executionArnOf(executionKey);
    for (const { frameId } of message.branches) {
      void this.#parts.post({ executionKey: branchKeyOf(executionArn, frameId), message: RELEASE });
    }
  }

  /** A branch has been begun or loaded, with the turns that are durable. */
  open(activation: Activation, execution: Execution, turns: readonly LogTurn[]): void {
    if (execution.branch === undefined) return;
    activation.outbox = new BranchOutbox(turns);
    // The root has all but the note that says so.
    activation.outbox.acknowledge({ taken: execution.branch.acknowledged - 1, gap: false });
    this.#send(activation, execution);
  }

  /** Hears what becomes of a branch's first turn. Without room its root asks again; one that throws will again. */
  beginner({ facts }: BranchStart): Waiter {
    const refused = (error: Error): void => {
      if (error instanceof StoreFull || error instanceof NotOwner) return;
      this.#parts.log('error', `${facts.executionArn}: the first turn of a branch failed: ${error.stack}`);
      const cause = `An internal error occurred: ${error.message}`;
      const message: Message = { type: 'Fail', error: 'States.Runtime', cause };
      void this.#parts.post({ executionKey: executionKeyOf(facts.executionArn), message });
    };
    return { done: () => undefined, refused };
  }

  /** Turns of a branch are durable. */
  ship(activation: Activation, execution: Execution, turns: readonly LogTurn[]): void {
    activation.outbox?.add(turns);
    this.#send(activation, execution);
  }

  /** Says it all again. */
  remind(activation: Activation, execution: Execution): void {
    activation.outbox?.again();
    this.#send(activation, execution);
  }

  /** The root has told how much of a branch's log it has. */
  acknowledged(
    activation: Activation,
    execution: Execution,
    message: Extract<Message, { type: 'ProgressTaken' }>,
  ): void {
    activation.outbox?.acknowledge(message);
    if (message.gap) this.#send(activation, execution);
  }

  #send({ outbox }: Activation, execution: Execution): void {
    const progress = outbox?.next(execution);
    if (progress === undefined) return;
    const rootKey = executionKeyOf(execution.facts.executionArn);
    const others = this.#progress.get(rootKey);
    if (others === undefined) this.#progress.set(rootKey, [progress]);
    else others.push(progress);
    if (this.#progress.size === 1 && others === undefined) this.#parts.clock.soon(() => this.#flush());
    this.#arm();
  }

  /** What became durable together is told together, as if the branches had run in one execution: in their order. */
  #flush(): void {
    const progress = [...this.#progress];
    this.#progress.clear();
    for (const [executionKey, branches] of progress) {
      branches.sort((a, b) => a.frameId - b.frameId);
      void this.#parts.post({ executionKey, message: { type: 'BranchesProgressed', branches } });
    }
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    const { clock, activations } = this.#parts;
    this.#disarm = clock.at(clock.now() + RESEND_MS, () => {
      this.#armed = false;
      for (const activation of activations.values()) this.#sayAgain(activation);
    });
  }

  #sayAgain(activation: Activation): void {
    const { execution, outbox } = activation;
    if (execution === undefined) return;
    if (outbox?.empty === false) this.remind(activation, execution);
    for (const frame of execution.frames.values()) {
      if (activation.settled) this.#spawn(execution, frame);
      else if (awaitsBeginning(frame)) this.#arm(); // that it is to begin may not be durable yet
    }
  }

  #release(branchKey: string): void {
    const { post, writeRecords } = this.#parts;
    post({ executionKey: branchKey, message: RELEASE })
      .then(() => writeRecords([{ key: keptRelease(branchKey).key, value: undefined }]))
      .catch(() => undefined); // the next owner delivers it
  }
}

/** It is a branch of its own that is not known to have begun. */
function awaitsBeginning(frame: Frame): boolean {
  return isSpread(frame) && frame.spread?.taken === 0;
}
