import type { Message } from '../../core/interpreter/messages.ts';
import type { TaskResult } from './task-dispatcher.ts';

/** What an execution is told when an attempt of its has ended. */
export function taskMessage(result: TaskResult, taskNumber: number): Message {
  switch (result.type) {
    case 'Succeeded':
      return { type: 'TaskSucceeded', taskNumber, output: result.output };
    case 'Submitted':
      return { type: 'TaskSubmitted', taskNumber, output: result.output };
    case 'Failed':
      return { type: 'TaskFailed', taskNumber, error: result.error, cause: result.cause };
  }
}

type TaskResultMessage = Extract<Message, { type: 'TaskSucceeded' | 'TaskSubmitted' | 'TaskFailed' }>;

export function isTaskResult(message: Message): message is TaskResultMessage {
  return message.type === 'TaskSucceeded' || message.type === 'TaskSubmitted' || message.type === 'TaskFailed';
}
