import type { TaskResult } from './task-dispatcher.ts';

/** An attempt that runs in another process than its execution, and where word of it goes. */
export interface RemoteAttempt {
  /** Of its token: names the attempt in Redis, and its job. */
  readonly id: string;
  /** Names the execution, or the branch that runs apart from it, that word goes to. */
  readonly token: string;
  /**
   * The node whose memory an Express execution is in; undefined: the execution is stored, and word goes to the mailbox
   * of its partition.
   */
  readonly replyTo?: string | undefined;
}

/** What becomes of an attempt, as worker processes tell it. */
export type AttemptNews = TaskResult | { readonly type: 'Beat' };

/**
 * Between nodes and worker processes: word of attempts, each result once. An attempt is *over* when it has been reported
 * or cancelled; that is remembered for a minute after a report, for a day after a cancellation.
 *
 * All methods try again for as long as Redis is away; what they did is durable when they resolve.
 */
export interface AttemptMailbox {
  isOver(attempt: RemoteAttempt): Promise<boolean>;
  /** Appends to the mailbox, and the attempt is over: one atomic step. Nothing is appended where it was over before. */
  report(attempt: RemoteAttempt, result: TaskResult): Promise<void>;
  /** The work goes on. Nothing is appended where the attempt is over. */
  beat(attempt: RemoteAttempt): Promise<void>;
  /** The attempt is over: nobody waits for its result. */
  cancel(attempt: RemoteAttempt): Promise<void>;
  /** Hands over what attempts with this `replyTo` report, at most once each. @returns how to end that. */
  listen(replyTo: string, hear: (token: string, news: AttemptNews) => void): () => Promise<void>;
}
