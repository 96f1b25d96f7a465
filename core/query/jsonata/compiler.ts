import type { Frame } from './frame.ts';
import type { Node } from './syntax.ts';
import type { Value } from './value.ts';

/** A compiled expression: `input` is the context value, what `$` stands for. */
export type Evaluate = (input: Value, frame: Frame) => Value;

/** What the parts of the compiler ask of the whole. */
export interface Compiler {
  compile(node: Node): Evaluate;
  /** Levels of nodes below and including this one: what a call of it takes of the stack. */
  heightOf(node: Node): number;
  /** Whether anything in the expression binds a variable of that name; if not, it is the state's or built in. */
  isBound(name: string): boolean;
}
