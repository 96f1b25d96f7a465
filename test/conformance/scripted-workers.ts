import type { Engine, TaskAnswer } from '../../runtime/engine.ts';
import type { TaskDispatcher, TaskRequest, TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import type { SimulatedTime } from '../simulation/simulated-time.ts';
import type { ConformanceCase, TokenAnswer, WorkerAnswer } from './conformance-case.ts';

/** Answers each resource's attempts in the order of its script; the last answer is given from then on. */
export class ScriptedWorkers implements TaskDispatcher {
  /** Set once it is open: who is told of task tokens. */
  engine: Engine | undefined = undefined;
  readonly #scripts: NonNullable<ConformanceCase['workers']>;
  readonly #time: SimulatedTime;
  readonly #attempts: Map<string, number> = new Map();
  readonly #cancelled: Set<string> = new Set();

  constructor(scripts: ConformanceCase['workers'], time: SimulatedTime) {
    this.#scripts = scripts ?? {};
    this.#time = time;
  }

  dispatch(task: TaskRequest, report: (result: TaskResult) => void): void {
    const answer = this.#answerTo(task.resource);
    const result = resultOf(answer);
    if (result === undefined) return;
    this.#time.after((answer.seconds ?? 0) * 1000, () => {
      if (this.#cancelled.has(task.token)) return;
      report(result);
      for (const said of answer.token ?? []) this.#answerToken(task.token, said);
    });
  }

  cancel(token: string): void {
    this.#cancelled.add(token);
  }

  #answerTo(resource: string): WorkerAnswer {
    const name =
      /:function:([^:]+)|:::(.+)$/
        .exec(resource)
        ?.slice(1)
        .find((part) => part !== undefined) ?? resource;
    const script = this.#scripts[name];
    if (script === undefined) throw new TypeError(`the case has no worker for '${name}'`);
    const attempt = this.#attempts.get(name) ?? 0;
    this.#attempts.set(name, attempt + 1);
    return script[Math.min(attempt, script.length - 1)] ?? {};
  }

  #answerToken(token: string, said: TokenAnswer): void {
    this.#time.after(said.seconds * 1000, () => void this.engine?.answerTask(token, tokenAnswerOf(said)));
  }
}

function resultOf({ output, submitted, error, cause = '' }: WorkerAnswer): TaskResult | undefined {
  if (output !== undefined) return { type: 'Succeeded', output: JSON.stringify(output) };
  if (submitted !== undefined) return { type: 'Submitted', output: JSON.stringify(submitted) };
  return error === undefined ? undefined : { type: 'Failed', error, cause };
}

function tokenAnswerOf({ output, error, cause, heartbeat }: TokenAnswer): TaskAnswer {
  if (heartbeat) return { type: 'TaskHeartbeat' };
  if (output !== undefined) return { type: 'TaskSucceeded', output: JSON.stringify(output) };
  return { type: 'TaskFailed', error, cause };
}
