import { createHash } from 'node:crypto';
import type { RemoteAttempt } from '../../runtime/ports/attempt-mailbox.ts';
import type { TaskRequest } from '../../runtime/ports/task-dispatcher.ts';

/** An attempt as it lies in its function's queue: the data of a job. */
export type QueuedTask = TaskRequest & RemoteAttempt;

/**
 * BullMQ's prefix of a function's queue: `{PREFIX:task:NAME}`. Each queue has its own hash tag, so that on Redis Cluster
 * all keys of one queue lie together and queues spread over the masters. The queue's name is the function's.
 */
export function queuePrefix(keyPrefix: string, functionName: string): string {
  return `{${keyPrefix}:task:${functionName}}`;
}

/** Names an attempt and its job: base64url of its token's hash. The same attempt dispatched again is the same job. */
export function attemptId(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
