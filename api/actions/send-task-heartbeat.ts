import { type Action, action } from './action.ts';
import { answerTask, TASK_TOKEN } from './send-task-success.ts';

export const sendTaskHeartbeat: Action = action({ taskToken: TASK_TOKEN }, ({ taskToken }, { engine }) =>
  answerTask(engine, taskToken, { type: 'TaskHeartbeat' }),
);
