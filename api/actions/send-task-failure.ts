import { type Field, text } from '../input-schema.ts';
import { type Action, action } from './action.ts';
import { answerTask, TASK_TOKEN } from './send-task-success.ts';

/** The members that SendTaskFailure and StopExecution share. */
export const FAILURE: FailureShape = {
  error: text({ max: 256, sensitive: true }),
  cause: text({ max: 32_768, sensitive: true }),
};

type FailureShape = { readonly error: Field<string | undefined>; readonly cause: Field<string | undefined> };

export const sendTaskFailure: Action = action(
  { taskToken: TASK_TOKEN, ...FAILURE },
  ({ taskToken, error, cause }, { engine }) => answerTask(engine, taskToken, { type: 'TaskFailed', error, cause }),
);
