import { compileDefinition } from '../../../../core/definition/compile.ts';
import type { Program } from '../../../../core/definition/program.ts';
import { validateDefinition } from '../../../../core/definition/validate.ts';
import { type HistoryEvent, readHistory } from '../../../../core/history/history-event.ts';
import type { LogValue } from '../../../../core/history/log-reader.ts';
import { type Execution, earliestDue } from '../../../../core/interpreter/execution.ts';
import type { Message } from '../../../../core/interpreter/messages.ts';
import { Payload } from '../../../../core/interpreter/payload.ts';
import type { Placement } from '../../../../core/interpreter/placement.ts';
import { type Decision, type StepOptions, start, step } from '../../../../core/interpreter/step.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { TurnHost } from '../../../../runtime/actor/turn-host.ts';
import { RANDOM_ERRORS, RANDOM_INPUT } from '../../../simulation/random-definition.ts';

export const FACTS = {
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:m:e',
  stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  revisionId: 'revision',
  secret: '00000000-0000-4000-8000-000000000000',
  stateMachineVersionArn: null,
  stateMachineAliasArn: null,
  traceHeader: null,
};

type TaskEnd = Extract<Message, { type: 'TaskSucceeded' | 'TaskFailed' }>;

export function compileOrThrow(definition: JsonObject, placement: Placement = 'local'): Program {
  const valid = validateDefinition(JSON.stringify(definition), { type: 'STANDARD' });
  if (valid.definition === undefined) throw new TypeError(JSON.stringify(valid.diagnostics, undefined, 1));
  return compileDefinition(valid.definition, { type: 'STANDARD', mapConcurrencyMax: 2, placement });
}

/** An execution and its log, without a runtime: messages are put to it by hand. */
export class DrivenExecution {
  readonly program: Program;
  readonly turns: LogValue[][] = [];
  /** Numbers of all attempts that were to be dispatched, oldest first. */
  readonly scheduled: number[] = [];
  /** Messages that ended an attempt. */
  readonly results: TaskEnd[] = [];
  readonly execution: Execution;
  nowMs = 1_000;

  constructor(definition: JsonObject) {
    this.program = compileOrThrow(definition);
    const input = Payload.ofText(JSON.stringify(RANDOM_INPUT));
    this.execution = this.#turn(1, (options) => start(this.program, FACTS, input, options)).execution;
  }

  send(message: Message): Decision {
    return this.#turn(this.execution.lastEventId + 1, (options) => step(this.execution, message, options));
  }

  history(): HistoryEvent[] {
    return readHistory(this.turns, true);
  }

  /** Does something that could happen now; `pick` says what. */
  act(pick: number): void {
    const choices = this.#possible(pick >> 4);
    const chosen = choices[pick % choices.length];
    if (chosen === undefined) return;
    if (chosen.type === 'TimeHasCome') this.nowMs += pick & 16 ? 500 : 6_000;
    if (chosen.type === 'TaskSucceeded' || chosen.type === 'TaskFailed') this.results.push(chosen);
    this.send(chosen);
  }

  /** Answers whatever is asked, and lets the time go by, until the execution has ended. */
  finish(): void {
    for (let left = 3_000; this.execution.end === undefined && left > 0; left--) {
      const [taskNumber] = this.execution.tasks.keys();
      if (taskNumber !== undefined) this.send({ type: 'TaskSucceeded', taskNumber, output: '{"n":1}' });
      else {
        this.nowMs = Math.max(this.nowMs, earliestDue(this.execution) ?? this.nowMs);
        this.send({ type: 'TimeHasCome' });
      }
    }
  }

  #possible(pick: number): Message[] {
    const error = RANDOM_ERRORS[pick % RANDOM_ERRORS.length];
    const inFlight = [...this.execution.tasks.keys()];
    const taskNumber = inFlight[pick % inFlight.length];
    const always: Message[] = [{ type: 'TimeHasCome' }, { type: 'Continue' }];
    if (pick % 40 === 7) always.push({ type: 'Stop', error: 'Stopped', cause: undefined });
    if (taskNumber === undefined) return always;
    const ends: Message[] = [
      { type: 'TaskSucceeded', taskNumber, output: pick % 8 === 0 ? '"short"' : '{"n": 4, "items": []}' },
      { type: 'TaskFailed', taskNumber, error, cause: pick % 2 === 0 ? undefined : 'why' },
    ];
    const others: Message[] = [
      { type: 'TaskSubmitted', taskNumber, output: '{"StatusCode":200}' },
      { type: 'TaskHeartbeat', taskNumber },
    ];
    return [...ends, ...ends, ...others, ...always];
  }

  /** Turns of one millisecond are one turn of the log, as the runtime has it. */
  #turn(firstEventId: number, decide: (options: StepOptions) => Decision): Decision {
    const open = this.turns.at(-1);
    const sink = open?.[1] === this.nowMs ? open : [];
    if (sink !== open) this.turns.push(sink);
    const host = new TurnHost(FACTS.secret, firstEventId);
    const decision = decide({ nowMs: this.nowMs, host, sink });
    for (const effect of decision.effects) if (effect.type === 'ScheduleTask') this.scheduled.push(effect.taskNumber);
    return decision;
  }
}
