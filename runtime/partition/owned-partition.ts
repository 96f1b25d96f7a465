import type { Message } from '../../core/interpreter/messages.ts';
import { taskToken } from '../../core/interpreter/task-token.ts';
import { toError } from '../../core/to-error.ts';
import type { ExpressRunner } from '../express/express-runner.ts';
import { ExpressStarts } from '../express/express-starts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Mailboxes } from '../ports/mailboxes.ts';
import { NotOwner } from '../ports/not-owner.ts';
import { Overloaded } from '../ports/overloaded.ts';
import type { Random } from '../ports/random.ts';
import type { RecordCommit, Store } from '../ports/store.ts';
import type { TaskDispatcher } from '../ports/task-dispatcher.ts';
import { isTaskResult } from '../ports/task-message.ts';
import type { ProgressListeners } from '../progress.ts';
import type { StateMachines } from '../state-machines.ts';
import type { Post } from './branches.ts';
import type { CommitFigures } from './commit-times.ts';
import { Deaths } from './deaths.ts';
import { ElsewhereWork, handOverRecord, readHandOver, TAKEN_UP, type WorkElsewhere } from './hand-over.ts';
import { HistoryLedger } from './history-ledger.ts';
import { type HistoryOptions, HistoryPolicies } from './history-policies.ts';
import { importedMessages } from './imported-messages.ts';
import { activeExecutions, withOwnExecution } from './inherited-execution.ts';
import type { ExecutionEnvelope, MailboxEnvelope } from './mailbox-message.ts';
import { MailboxReader } from './mailbox-reader.ts';
import type { MailboxWriter } from './mailbox-writer.ts';
import type { OwnLease } from './own-lease.ts';
import { Partition, type RuntimeLog } from './partition.ts';
import { Recovery } from './recovery.ts';
import { Retention } from './retention.ts';

export interface OwnedPartitionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly dispatcher: TaskDispatcher;
  readonly machines: StateMachines;
  readonly express: ExpressRunner;
  readonly progress: ProgressListeners;
  /** Undefined: nobody but this process sends messages. */
  readonly mailboxes: Mailboxes | undefined;
  /** Takes what ends here when the partition is another's already. */
  readonly writer: MailboxWriter | undefined;
  /** Takes what executions here say to executions on any partition. */
  readonly post: Post;
  readonly nodeId: string;
  /** This process owned it last, and nobody since: what was under way has killed nobody. */
  readonly nobodyDied: boolean;
  readonly crashesMax: number;
  readonly history: HistoryOptions;
  readonly log: RuntimeLog;
  /** It is not ours any more, or its store fails. Told once. */
  readonly lost: (error: Error) => void;
}

/**
 * What may wait for a commit, and lie in the mailbox, before nothing more is begun: 32 commits of the most that one
 * carries. A store that takes 30 ms for each of them is through with that in a second: so long at most work that is under
 * way waits behind starts.
 */
const BACKLOG_MAX = 8_192;

/** How a partition gets on. */
export interface PartitionFigures extends CommitFigures {
  readonly partition: number;
  readonly epoch: number;
  /** Messages that were read and are not durable yet. */
  readonly mailboxDepth: number;
  /** When the oldest of them was appended, in milliseconds since the epoch; undefined: there is none. */
  readonly oldestMessageMs: number | undefined;
  /** Executions and records that wait for the next commit. */
  readonly waiting: number;
  /** Executions in memory. */
  readonly resident: number;
}

/**
 * All that runs while a node owns a partition: its loop, its mailbox, the Express starts accepted on it, and the
 * recovery of what its last owner left.
 *
 *   open ──► recovering ──► recovered ──► handed over | lost
 *
 * Starts are answered from the beginning, while the recovery goes on.
 */
export class OwnedPartition {
  readonly lease: OwnLease;
  readonly partition: Partition;
  readonly starts: ExpressStarts;
  #recovered: Promise<void> = Promise.resolve();
  readonly #parts: OwnedPartitionParts;
  readonly #mailbox: MailboxReader | undefined;
  readonly #retention: Retention;
  #elsewhere = new ElsewhereWork([]);
  #takenOver: Promise<unknown> = Promise.resolve();
  /** Whether all that was under way is in memory, but for what the recovery holds back. */
  #isTakenUp = false;
  #recovery: Recovery | undefined = undefined;
  #over = false;

  constructor(parts: OwnedPartitionParts, lease: OwnLease) {
    this.#parts = parts;
    this.lease = lease;
    const { store, clock, random, dispatcher, machines, express, progress, mailboxes, writer, post, log } = parts;
    const { epoch, partition: number } = lease.lease;
    const policies = new HistoryPolicies(machines, clock, parts.history);
    const ledger = new HistoryLedger({
      epoch,
      partitionCount: store.partitionCount,
      policyOf: policies.of,
      sharedBytesMax: parts.history.bytesMax,
    });
    this.partition = new Partition(
      {
        store,
        clock,
        dispatcher,
        programOf: (revisionId) => machines.programOf(revisionId),
        log,
        ledger,
        progress,
        post,
        lost: (error) => this.lose(error),
        lateResult: (executionKey, message) => writer?.post(number, { executionKey, message }),
      },
      lease,
    );
    this.#retention = new Retention({
      store,
      clock,
      partition: number,
      ledger,
      policies,
      write: (asked) => this.partition.write(asked),
      isResident: (executionKey) => this.partition.activationOf(executionKey) !== undefined,
      log,
    });
    this.starts = new ExpressStarts({
      runner: express,
      partition: this.partition,
      store,
      machines,
      random,
      epoch,
      lateEnd: (endedStart) => writer?.post(number, { endedStart }),
    });
    const handle = (envelope: MailboxEnvelope, done: () => void): void => this.#handle(envelope, done);
    this.#mailbox = mailboxes && new MailboxReader(mailboxes, number, handle, log);
  }

  /** Begins to wake executions and to take up what was left. */
  start(): void {
    const takenOver = this.#takeOver();
    this.#takenOver = takenOver;
    this.#recovered = this.#recover(takenOver);
  }

  /** Resolves when everything that was under way has been taken up again. */
  get recovered(): Promise<void> {
    return this.#recovered;
  }

  get number(): number {
    return this.lease.lease.partition;
  }

  /** How it gets on, for whoever looks after it. */
  get figures(): PartitionFigures {
    const { waiting, resident, commitFigures } = this.partition;
    return {
      partition: this.number,
      epoch: this.lease.lease.epoch,
      mailboxDepth: this.#mailbox?.depth ?? 0,
      oldestMessageMs: this.#mailbox?.oldestMs,
      waiting,
      resident,
      ...commitFigures,
    };
  }

  /** Called before something is begun. @throws {Overloaded} */
  admit(): void {
    if (this.partition.waiting + (this.#mailbox?.depth ?? 0) > BACKLOG_MAX) throw new Overloaded(this.number);
  }

  /** Writes records of the partition. */
  readonly writeRecords = (records: readonly RecordCommit[]): Promise<void> => this.partition.writeRecords(records);

  /** Writes records that begin something. @throws {StoreFull} there is no room for anything new. */
  readonly writeNewRecords = (records: readonly RecordCommit[]): Promise<void> =>
    this.partition.writeRecords(records, { isNew: true });

  /** Reads what the last owner has left word of, and notes that it has been read. */
  async #takeOver(): Promise<Deaths> {
    const { store, nobodyDied } = this.#parts;
    const deaths = await Deaths.read(store, this.number, this.writeRecords, nobodyDied);
    this.#elsewhere = new ElsewhereWork(await readHandOver(store, this.number));
    if (this.#elsewhere.nodes.size > 0) await this.writeRecords([TAKEN_UP]);
    return deaths;
  }

  async #recover(takenOver: Promise<Deaths>): Promise<void> {
    const { store, clock, crashesMax, log } = this.#parts;
    try {
      const [deaths] = await Promise.all([takenOver, this.partition.start()]);
      if (this.#over) return;
      this.#mailbox?.start();
      await this.#takeImported();
      const recovery = new Recovery(clock, deaths, crashesMax);
      this.#recovery = recovery;
      const executions = await recovery.takeUp(activeExecutions(store, this.partition, this.#elsewhere));
      if (executions > 0) log('info', `${executions} executions go on where their last owner left them`);
      await recovery.takeUp(this.starts.left((record) => this.#elsewhere.leaveStart(record)));
      this.#isTakenUp = true;
      await recovery.tryOut();
      if (!this.#over) this.#retention.start();
    } catch (error) {
      if (!this.#over) this.lose(toError(error));
    }
  }

  /** Hands over what lay in mailboxes when the deployment was exported. Each goes when what came of it is durable. */
  async #takeImported(): Promise<void> {
    for await (const { key, envelope } of importedMessages(this.#parts.store, this.number)) {
      const forget = (): Promise<void> => this.writeRecords([{ key, value: undefined }]).catch(() => undefined);
      this.#handle(envelope, () => void forget());
    }
  }

  /** Takes an envelope from this process; resolves when what it asks for is durable. @throws {NotOwner} */
  take(envelope: ExecutionEnvelope): Promise<void> {
    return new Promise((resolve, reject) => this.#handle(envelope, resolve, reject));
  }

  #handle(envelope: MailboxEnvelope, done: () => void, lost: (error: NotOwner) => void = () => undefined): void {
    if ('endedStart' in envelope) {
      this.#elsewhere.startEnded(envelope.endedStart);
      this.writeRecords([{ key: envelope.endedStart, value: undefined }]).then(done, () => undefined);
    } else {
      // Refused although the partition is ours: its turn threw, and the execution fails by that; or it cannot be read,
      // and whoever can will dispatch its attempts anew.
      const refused = (error: Error): void => (error instanceof NotOwner ? lost(error) : done());
      const { executionKey } = envelope;
      if ('start' in envelope) this.partition.beginBranch(executionKey, envelope.start, { done, refused });
      else {
        this.#tellDispatcher(executionKey, envelope.message);
        this.partition.deliver(executionKey, envelope.message, { done, refused });
      }
    }
  }

  /** A result that comes by envelope is of an attempt that somebody else has made, perhaps for this node's dispatcher. */
  #tellDispatcher(executionKey: string, message: Message): void {
    const { dispatcher } = this.#parts;
    if (dispatcher.over === undefined || !isTaskResult(message)) return;
    this.partition.withExecution(executionKey, (execution) => {
      if (execution !== undefined) dispatcher.over?.(taskToken(execution, message.taskNumber), 'reported');
    });
  }

  /** Tells which nodes live: what others did for this partition is done again here. */
  membersAre(nodeIds: ReadonlySet<string>): void {
    const gone = [...this.#elsewhere.nodes].filter((nodeId) => !nodeIds.has(nodeId));
    if (gone.length > 0) void this.#takeBackFrom(gone);
  }

  /** What a node could still say when it went lies in the mailbox. */
  async #takeBackFrom(nodeIds: readonly string[]): Promise<void> {
    await this.#mailbox?.readToEnd();
    for (const nodeId of nodeIds) this.#takeBack(this.#elsewhere.takeBack(nodeId));
  }

  #takeBack({ attempts, starts }: WorkElsewhere): void {
    for (const [key, taskNumber] of attempts) {
      withOwnExecution(this.partition, key, (execution) => {
        const frame = execution?.tasks.get(taskNumber);
        if (execution === undefined || frame === undefined) return;
        this.partition.tasks.dispatch(key, execution, frame, taskNumber);
      });
    }
    for (const record of starts) void this.starts.takeUp(record).catch((error) => this.lose(toError(error)));
  }

  /** Stops in order, so that the next owner finds all that was decided, and what goes on here. */
  async handOver(): Promise<void> {
    this.#over = true;
    this.#recovery?.stop();
    this.#mailbox?.stop();
    this.#retention.stop();
    try {
      await this.partition.close();
      await this.#takenOver;
      const work = this.#parts.mailboxes === undefined ? [] : this.#workLeft();
      await this.writeRecords(work.length === 0 ? [Deaths.stopped] : [Deaths.stopped, handOverRecord(work)]);
      await this.partition.stop();
      await this.lease.release();
    } catch {
      // It is another's already, or the store is away: the lease runs out.
      await this.partition.stop();
    }
  }

  #workLeft(): WorkElsewhere[] {
    return this.#elsewhere.passOn({
      nodeId: this.#parts.nodeId,
      attempts: this.partition.attempts(),
      starts: this.starts.running(),
      isRecovered: this.#isTakenUp && this.#recovery?.holdsBack === false,
    });
  }

  /** It is not ours any more, or cannot go on. */
  lose(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#recovery?.stop();
    this.#mailbox?.stop();
    this.#retention.stop();
    void this.partition.stop();
    this.#parts.lost(error);
  }
}
