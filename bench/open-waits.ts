import { stateMachineArn } from '../core/arn.ts';
import type { Engine } from '../runtime/engine.ts';
import type { StateMachine } from '../runtime/ports/state-machine.ts';

const STARTS_IN_FLIGHT = 256;
const ACCOUNT = '123456789012';
const ARN = stateMachineArn('us-east-1', ACCOUNT, 'waits');
const DEFINITION = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', TimestampPath: '$.due', End: true } } };
/** What the input has besides its text. */
const DUE_BYTES = 50;

/** The machine whose executions wait until the time their input says. */
export async function waitingMachine({ machines }: Engine): Promise<StateMachine> {
  return (
    machines.get(ARN) ??
    (await machines.create({
      arn: ARN,
      name: 'waits',
      type: 'STANDARD',
      definition: JSON.stringify(DEFINITION),
      roleArn: `arn:aws:iam::${ACCOUNT}:role/bench`,
      configuration: {},
    }))
  );
}

export interface Waits {
  readonly count: number;
  /** They fall due one a millisecond from here. */
  readonly fromMs: number;
  readonly inputBytes: number;
}

/** Resolves when all are open. */
export async function openWaits(
  engine: Engine,
  machine: StateMachine,
  { count, fromMs, inputBytes }: Waits,
): Promise<void> {
  const text = 'x'.repeat(inputBytes - DUE_BYTES);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const input = JSON.stringify({ due: new Date(fromMs + next++).toISOString(), text });
      await engine.startExecution({ machine, name: undefined, input, traceHeader: undefined });
    }
  };
  await Promise.all(Array.from({ length: STARTS_IN_FLIGHT }, lane));
}
