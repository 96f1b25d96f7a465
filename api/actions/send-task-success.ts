import { PAYLOAD_BYTES_MAX } from '../../core/limits.ts';
import type { Engine, TaskAnswer } from '../../runtime/engine.ts';
import type { Answer } from '../aws-json.ts';
import { type Field, requiredText } from '../input-schema.ts';
import { payloadProblem } from '../json-text.ts';
import { InvalidOutput, InvalidToken, TaskTimedOut } from '../service-error.ts';
import { type Action, action } from './action.ts';

export const TASK_TOKEN: Field<string> = requiredText({ min: 1, max: 2048 });

export const sendTaskSuccess: Action = action(
  { taskToken: TASK_TOKEN, output: requiredText({ max: PAYLOAD_BYTES_MAX, sensitive: true }) },
  ({ taskToken, output }, { engine }) => {
    const problem = payloadProblem(output, 'output');
    if (problem !== undefined) throw new InvalidOutput(problem);
    return answerTask(engine, taskToken, { type: 'TaskSucceeded', output });
  },
);

/** @throws {InvalidToken | TaskTimedOut} */
export async function answerTask(engine: Engine, taskToken: string, answer: TaskAnswer): Promise<Answer> {
  const taken = await engine.answerTask(taskToken, answer);
  if (taken === 'invalid token') throw new InvalidToken();
  if (taken === 'task timed out') throw new TaskTimedOut();
  return {};
}
