import { toError } from '../../core/to-error.ts';
import type { ExpressRunner } from '../express/express-runner.ts';
import { ExpressStarts } from '../express/express-starts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Mailboxes } from '../ports/mailboxes.ts';
import type { Random } from '../ports/random.ts';
import type { RecordCommit, Store } from '../ports/store.ts';
import type { TaskDispatcher } from '../ports/task-dispatcher.ts';
import type { ProgressListeners } from '../progress.ts';
import type { StateMachines } from '../state-machines.ts';
import { Deaths } from './deaths.ts';
import { ElsewhereWork, handOverRecord, readHandOver, TAKEN_UP, type WorkElsewhere } from './hand-over.ts';
import { activeExecutions } from './inherited-execution.ts';
import { type MailboxEnvelope, packEnvelope } from './mailbox-message.ts';
import { MailboxReader } from './mailbox-reader.ts';
import type { OwnLease } from './own-lease.ts';
import { Partition, type RuntimeLog } from './partition.ts';
import { Recovery } from './recovery.ts';

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
  readonly nodeId: string;
  readonly crashesMax: number;
  readonly log: RuntimeLog;
  /** It is not ours any more, or its store fails. Told once. */
  readonly lost: (error: Error) => void;
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
  #elsewhere = new ElsewhereWork([]);
  #recovery: Recovery | undefined = undefined;
  #over = false;

  constructor(parts: OwnedPartitionParts, lease: OwnLease) {
    this.#parts = parts;
    this.lease = lease;
    const { store, clock, random, dispatcher, machines, express, progress, mailboxes, log } = parts;
    this.partition = new Partition(
      {
        store,
        clock,
        dispatcher,
        programOf: (revisionId) => machines.programOf(revisionId),
        log,
        progress,
        lost: (error) => this.lose(error),
        lateResult: (executionKey, message) => this.#post({ executionKey, message }),
      },
      lease,
    );
    const { epoch, partition: number } = lease.lease;
    this.starts = new ExpressStarts({
      runner: express,
      partition: this.partition,
      store,
      machines,
      random,
      epoch,
      lateEnd: (endedStart) => this.#post({ endedStart }),
    });
    const handle = (envelope: MailboxEnvelope, done: () => void): void => this.#handle(envelope, done);
    this.#mailbox = mailboxes && new MailboxReader(mailboxes, number, handle, log);
  }

  /** Begins to wake executions and to take up what was left. */
  start(): void {
    this.#recovered = this.#recover();
  }

  /** Resolves when everything that was under way has been taken up again. */
  get recovered(): Promise<void> {
    return this.#recovered;
  }

  get number(): number {
    return this.lease.lease.partition;
  }

  /** Messages that were read and are not durable yet. */
  get mailboxDepth(): number {
    return this.#mailbox?.depth ?? 0;
  }

  /** Writes records of the partition. */
  readonly writeRecords = (records: readonly RecordCommit[]): Promise<void> => this.partition.writeRecords(records);

  /** Writes records that begin something. @throws {StoreFull} there is no room for anything new. */
  readonly writeNewRecords = (records: readonly RecordCommit[]): Promise<void> =>
    this.partition.writeRecords(records, { isNew: true });

  async #recover(): Promise<void> {
    const { store, clock, crashesMax, log } = this.#parts;
    try {
      await this.partition.start();
      const deaths = await Deaths.read(store, this.number, this.writeRecords);
      const work = await readHandOver(store, this.number);
      if (work.length > 0) await this.writeRecords([TAKEN_UP]);
      this.#elsewhere = new ElsewhereWork(work);
      this.#mailbox?.start();
      const recovery = new Recovery(clock, deaths, crashesMax);
      this.#recovery = recovery;
      const executions = await recovery.takeUp(activeExecutions(store, this.partition, this.#elsewhere));
      if (executions > 0) log('info', `${executions} executions go on where their last owner left them`);
      await recovery.takeUp(this.starts.left((record) => this.#elsewhere.nodeOfStart(record) !== undefined));
      await recovery.tryOut();
    } catch (error) {
      if (!this.#over) this.lose(toError(error));
    }
  }

  #handle(envelope: MailboxEnvelope, done: () => void): void {
    if ('endedStart' in envelope) {
      this.writeRecords([{ key: envelope.endedStart, value: undefined }]).then(done, () => undefined);
    } else {
      this.partition.deliver(envelope.executionKey, envelope.message, { done, refused: () => undefined });
    }
  }

  /** To whoever owns the partition now. */
  #post(envelope: MailboxEnvelope): void {
    const { mailboxes, log } = this.#parts;
    mailboxes?.append(this.number, [packEnvelope(envelope)]).catch((error) => {
      log('warn', `a late result for partition ${this.number} is lost: ${toError(error).message}`);
    });
  }

  /** Tells which nodes live: what others did for this partition is done again here. */
  membersAre(nodeIds: ReadonlySet<string>): void {
    for (const nodeId of this.#elsewhere.nodes) {
      if (nodeIds.has(nodeId)) continue;
      const work = this.#elsewhere.takeBack(nodeId);
      if (work !== undefined) this.#takeBack(work);
    }
  }

  #takeBack({ attempts, starts }: WorkElsewhere): void {
    for (const [key, taskNumber] of attempts) {
      this.partition.withExecution(key, (execution) => {
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
    try {
      await this.partition.close();
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
    const nodes = new Map<string, { attempts: [string, number][]; starts: string[] }>();
    const of = (nodeId: string): { attempts: [string, number][]; starts: string[] } => {
      const known = nodes.get(nodeId) ?? { attempts: [], starts: [] };
      nodes.set(nodeId, known);
      return known;
    };
    const { nodeId: own } = this.#parts;
    for (const [key, number] of this.partition.attempts()) {
      of(this.#elsewhere.nodeOfAttempt(key, number) ?? own).attempts.push([key, number]);
    }
    for (const record of this.starts.running()) of(own).starts.push(record);
    for (const [record, node] of this.#elsewhere.starts()) of(node).starts.push(record);
    return [...nodes].map(([nodeId, work]) => ({ nodeId, ...work }));
  }

  /** It is not ours any more, or cannot go on. */
  lose(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#recovery?.stop();
    this.#mailbox?.stop();
    void this.partition.stop();
    this.#parts.lost(error);
  }
}
