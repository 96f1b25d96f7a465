import { assert } from '../../core/assert.ts';
import { compileDefinition } from '../../core/definition/compile.ts';
import type { Program } from '../../core/definition/program.ts';
import { validateDefinition } from '../../core/definition/validate.ts';
import type { Host } from '../../core/host.ts';
import type { StartFacts } from '../../core/interpreter/execution.ts';
import { Payload } from '../../core/interpreter/payload.ts';
import { start } from '../../core/interpreter/step.ts';
import type { Figures } from '../result.ts';

/** Pass → Choice → Pass for ever: `start` breaks off after a fixed number of states. */
const DEFINITION = {
  StartAt: 'Mark',
  States: {
    Mark: { Type: 'Pass', InputPath: '$.order.id', ResultPath: '$.mark', Next: 'Which' },
    Which: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.mark', NumericGreaterThan: 100, Next: 'Over' },
        { Variable: '$.order.kind', StringEquals: 'express', Next: 'Keep' },
      ],
      Default: 'Over',
    },
    Keep: { Type: 'Pass', Next: 'Mark' },
    Over: { Type: 'Succeed' },
  },
};

const INPUT = JSON.stringify({ order: { id: 7, kind: 'express', lines: [1, 2, 3] }, customer: 'x'.repeat(100) });

const FACTS: StartFacts = {
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:transitions:bench',
  stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:transitions',
  roleArn: 'arn:aws:iam::123456789012:role/bench',
  revisionId: 'bench',
  secret: 'bench',
  stateMachineVersionArn: null,
  stateMachineAliasArn: null,
  traceHeader: null,
};

const HOST: Host = { random: () => 0.5, uuid: () => '', hash: () => '' };

/** Transitions by core alone: no store, no clock, no disk. `events`: recorded for a log, or made by nobody (Express). */
export function measureTransitions(seconds: number): Figures {
  const { definition } = validateDefinition(JSON.stringify(DEFINITION), { type: 'STANDARD' });
  assert(definition !== undefined, 'the definition is valid');
  const program = compileDefinition(definition, { type: 'STANDARD' });
  for (const events of [false, true]) run(program, events, 0.5);
  const unrecorded = run(program, false, seconds);
  const recorded = run(program, true, seconds);
  return {
    'transitions/s without events': 1e9 / unrecorded,
    'ns each without events': unrecorded,
    'transitions/s with events': 1e9 / recorded,
    'ns each with events': recorded,
  };
}

/** @returns nanoseconds a transition. */
function run(program: Program, events: boolean, seconds: number): number {
  const startedAt = performance.now();
  const untilMs = startedAt + seconds * 1e3;
  let transitions = 0;
  while (performance.now() < untilMs) {
    const sink = events ? [] : undefined;
    const { execution } = start(program, FACTS, Payload.ofText(INPUT), { nowMs: 1_700_000_000_000, host: HOST, sink });
    assert(execution.end === undefined, 'the loop goes on');
    transitions += (execution.lastEventId - 1) / 2; // entered and exited
  }
  return ((performance.now() - startedAt) * 1e6) / transitions;
}
