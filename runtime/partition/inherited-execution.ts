import type { Execution } from '../../core/interpreter/execution.ts';
import type { Message } from '../../core/interpreter/messages.ts';
import type { Activation } from '../actor/activation.ts';
import type { Store, WakeUp } from '../ports/store.ts';
import { Unreadable } from '../unreadable.ts';
import type { ElsewhereWork } from './hand-over.ts';
import type { Partition } from './partition.ts';
import type { Inherited } from './recovery.ts';

/** Executions loaded at a time: starts and wake-ups get their turn in between. */
const PAGE = 256;

/** Executions with work in flight at their last commit, page by page; those that this process has begun are none. */
export async function* activeExecutions(
  store: Store,
  partition: Partition,
  elsewhere: ElsewhereWork,
): AsyncIterable<Inherited[]> {
  for (let after: WakeUp | undefined; ; ) {
    const active = await store.readWakeUps({ partition: partition.number, untilMs: 0, limit: PAGE, after });
    const left = active.filter(({ executionKey }) => partition.activationOf(executionKey)?.begun !== true);
    if (left.length > 0)
      yield left.map(({ executionKey }) => new InheritedExecution(partition, elsewhere, executionKey));
    after = active.at(-1);
    if (after === undefined) return;
  }
}

/** What an execution had in flight is over when none of the attempts that were being worked on is any more. */
class InheritedExecution implements Inherited {
  readonly name: string;
  readonly #partition: Partition;
  readonly #elsewhere: ElsewhereWork;

  constructor(partition: Partition, elsewhere: ElsewhereWork, key: string) {
    this.name = key;
    this.#partition = partition;
    this.#elsewhere = elsewhere;
  }

  /** Dispatches again what was being worked on and is not elsewhere, and lets an unfinished step go on. */
  resume(over: () => void): Promise<void> {
    return this.#take(over, (activation, execution) => {
      for (const [taskNumber, frame] of activation.inheritedAttempts()) {
        if (this.#elsewhere.leaveAttempt(this.name, taskNumber)) continue;
        this.#partition.tasks.dispatch(this.name, execution, frame, taskNumber);
      }
      return { type: 'Continue' };
    });
  }

  /** What was being worked on fails; the whole execution where it was nothing of that kind. */
  giveUp(deaths: number, over: () => void): Promise<void> {
    const cause = `The process ended ${deaths} times while this was running.`;
    this.#partition.log('error', `${this.name}: given up, the process has died ${deaths} times while it was under way`);
    return this.#take(over, (activation) => {
      const attempts = activation.inheritedAttempts();
      if (attempts.length === 0) return { type: 'Fail', error: 'States.Runtime', cause };
      for (const [taskNumber] of attempts) {
        this.#partition.deliver(this.name, { type: 'TaskFailed', taskNumber, error: 'Lambda.Unknown', cause });
      }
      return { type: 'Continue' };
    });
  }

  #take(over: () => void, act: (of: Activation, execution: Execution) => Message): Promise<void> {
    const { name } = this;
    const partition = this.#partition;
    return new Promise((resolve, reject) => {
      const take = (execution: Execution | undefined): void => {
        const activation = partition.activationOf(name);
        if (execution !== undefined && activation?.execution === execution) {
          activation.survived = over;
          // Refused: its turn threw, and the partition lets it fail; or the partition is lost, and has told so.
          return partition.deliver(name, act(activation, execution), { done: resolve, refused: () => resolve() });
        }
        over();
        resolve();
      };
      const refused = (error: Error): void => {
        if (!(error instanceof Unreadable)) return reject(error);
        over(); // nothing of it runs
        resolve();
      };
      withOwnExecution(partition, name, take, refused);
    });
  }
}

/** As `withExecution`, once a commit has shown that the partition is still ours: loading takes its time. */
export function withOwnExecution(
  partition: Partition,
  key: string,
  use: (execution: Execution | undefined) => void,
  refused?: (error: Error) => void,
): void {
  const again = (): void => partition.withExecution(key, use, refused);
  partition.withExecution(key, () => void partition.writeRecords([]).then(again, (error) => refused?.(error)), refused);
}
