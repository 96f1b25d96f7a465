import { countEntries, type LogTurn } from '../history/log-reader.ts';
import { branchProgress } from './branch.ts';
import { type Execution, owesProgress } from './execution.ts';
import type { BranchProgress, Message } from './messages.ts';

/**
 * The durable turns of a branch that its root may not have: sent when they come, and kept until the root says that it
 * has them. Lives in memory: after a loss the whole log is put in again, and the root passes over what it has.
 */
export class BranchOutbox {
  readonly #turns: LogTurn[];
  /** How many of them have been sent. */
  #sent = 0;
  /** Entries of the log before the first of them. */
  #from = 0;

  constructor(turns: readonly LogTurn[] = []) {
    this.#turns = [...turns];
  }

  add(turns: readonly LogTurn[]): void {
    this.#turns.push(...turns);
  }

  /** Whether the root has all, or is not known to. */
  get empty(): boolean {
    return this.#turns.length === 0;
  }

  /** What is still to be sent, as far as the branch owes it. Undefined: nothing. */
  next(execution: Execution): BranchProgress | undefined {
    if (this.#sent === this.#turns.length || !owesProgress(execution)) return undefined;
    const from = this.#from + countEntries(this.#turns.slice(0, this.#sent));
    const turns = this.#turns.slice(this.#sent);
    this.#sent = this.#turns.length;
    return branchProgress(execution, from, turns);
  }

  /** All that is kept is to be sent again. */
  again(): void {
    this.#sent = 0;
  }

  /** The root has the log up to entry `taken`; `gap`: and not what was sent last. */
  acknowledge({ taken, gap }: Pick<Extract<Message, { type: 'ProgressTaken' }>, 'taken' | 'gap'>): void {
    let count = 0;
    for (const turn of this.#turns) {
      const entries = countEntries([turn]);
      if (this.#from + entries > taken) break;
      this.#from += entries;
      count++;
    }
    this.#turns.splice(0, count);
    this.#sent = Math.max(this.#sent - count, 0);
    if (gap) this.again();
  }
}
