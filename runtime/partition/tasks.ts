import type { Effect } from '../../core/interpreter/effects.ts';
import type { Execution, Frame } from '../../core/interpreter/execution.ts';
import type { Message } from '../../core/interpreter/messages.ts';
import { taskToken } from '../../core/interpreter/task-token.ts';
import type { TaskDispatcher } from '../ports/task-dispatcher.ts';
import { taskMessage } from '../ports/task-message.ts';

/** Carries committed tasks to the dispatcher, and their results back as messages. */
export class Tasks {
  readonly #dispatcher: TaskDispatcher;
  readonly #deliver: (executionKey: string, message: Message) => void;

  constructor(dispatcher: TaskDispatcher, deliver: (executionKey: string, message: Message) => void) {
    this.#dispatcher = dispatcher;
    this.#deliver = deliver;
  }

  perform(executionKey: string, execution: Execution, effect: Extract<Effect, { taskNumber: number }>): void {
    if (effect.type === 'CancelTask') this.#dispatcher.cancel(taskToken(execution, effect.taskNumber));
    else this.dispatch(executionKey, execution, effect.frame, effect.taskNumber);
  }

  /** Attempts that were over before they could leave are left where they are. */
  dispatch(executionKey: string, execution: Execution, frame: Frame, taskNumber: number): void {
    const { task, state } = frame;
    if (task?.number !== taskNumber || state?.type !== 'Task' || state.resource.kind === 'activity') return;
    const request = {
      token: taskToken(execution, taskNumber),
      resource: state.resourceArn,
      input: task.input.text,
      executionArn: execution.facts.executionArn,
      stateName: state.name,
      deadlineMs: task.deadlineMs,
    };
    this.#dispatcher.dispatch(
      request,
      (result) => this.#deliver(executionKey, taskMessage(result, taskNumber)),
      () => this.#deliver(executionKey, { type: 'TaskHeartbeat', taskNumber }),
    );
  }
}
