import type { Message } from '../../core/interpreter/messages.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { TaskDispatcher } from '../ports/task-dispatcher.ts';
import type { ProgressListeners } from '../progress.ts';
import type { Post } from './branches.ts';
import type { HistoryLedger } from './history-ledger.ts';
import type { ProgramOf } from './load.ts';
import type { RuntimeLog } from './partition.ts';

/** What a partition is made of, and whom it tells. */
export interface PartitionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly dispatcher: TaskDispatcher;
  readonly programOf: ProgramOf;
  readonly log: RuntimeLog;
  /** What ends is entered there, with the commit that ends it. */
  readonly ledger: HistoryLedger;
  readonly progress: ProgressListeners;
  /** The partition is not ours any more, or its store fails: whoever owns it must stop and begin anew. */
  readonly lost: (error: Error) => void;
  /** Takes what executions here say to branches elsewhere, and branches here to their roots. */
  readonly post: Post;
  /** A task that this partition dispatched has a result, and it is not ours any more. */
  readonly lateResult: (executionKey: string, message: Message) => void;
}
