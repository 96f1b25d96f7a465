import type { Program } from '../../core/definition/program.ts';
import type { LogTurn } from '../../core/history/log-reader.ts';
import type { Children, Execution, Frame } from '../../core/interpreter/execution.ts';
import { foldLog } from '../../core/interpreter/fold.ts';
import type { Payload } from '../../core/interpreter/payload.ts';

/** The fold invariant: an execution folded from its log is the one in memory, to the last field. @throws if it is not. */
export function checkFold(program: Program, turns: Iterable<LogTurn>, inMemory: Execution): void {
  const folded = executionState(foldLog(program, turns));
  const expected = executionState(inMemory);
  if (folded === expected) return;
  throw new FoldDiffers(expected, folded);
}

export class FoldDiffers extends Error {
  override readonly name = 'FoldDiffers';
  constructor(inMemory: string, folded: string) {
    super(`the log does not fold to the execution in memory\n${firstDifference(inMemory, folded)}`);
  }
}

/** All that an execution is, as text: two executions with the same text behave alike from here on. */
export function executionState(execution: Execution): string {
  const { program: _program, root: _root, frames, tasks, input, end, ...fields } = execution;
  return JSON.stringify(
    {
      ...fields,
      input: payloadState(input),
      frames: [...frames].map(([id, frame]) => [id, frameState(frame)]),
      tasks: [...tasks].map(([number, frame]) => [number, frame.id]),
      end: end && [end.status, end.atMs, end.error, end.cause, payloadState(end.output)],
    },
    (_key, value: unknown) => (value === undefined ? 'undefined' : value === Number.POSITIVE_INFINITY ? '∞' : value),
    1,
  );
}

function frameState(frame: Frame): object {
  const { parent, block, input, state, next, item, task, children, output, retries, ...fields } = frame;
  return {
    ...fields,
    parent: parent?.id,
    block: block.start.name,
    input: payloadState(input),
    state: state?.name,
    next: next?.name,
    item: item && { ...item, value: payloadState(item.value) },
    task: task && { ...task, input: payloadState(task.input) },
    children: children && childrenState(children),
    output: payloadState(output),
    retries: [...retries],
  };
}

function childrenState(children: Children): object {
  return { ...children, items: payloadState(children.items), results: children.results.map(payloadState) };
}

/** Its number counts: it decides what the next turn stores. */
function payloadState(payload: Payload | undefined): object | undefined {
  return payload && { number: payload.number, text: payload.text };
}

function firstDifference(left: string, right: string): string {
  const lines = left.split('\n');
  const others = right.split('\n');
  const at = lines.findIndex((line, i) => line !== others[i]);
  const around = (text: readonly string[]): string => text.slice(Math.max(at - 6, 0), at + 3).join('\n');
  return `in memory:\n${around(lines)}\nfolded:\n${around(others)}`;
}
