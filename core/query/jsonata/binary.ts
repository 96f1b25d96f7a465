import type { Compiler, Evaluate } from './compiler.ts';
import { arithmetic, compare, concatenate, includes, range } from './operators.ts';
import { stringOf } from './stringify.ts';
import type { BinaryNode } from './syntax.ts';
import { isDeepEqual, isTruthy, type Value } from './value.ts';

export function compileBinary(node: BinaryNode, compiler: Compiler): Evaluate {
  const left = compiler.compile(node.lhs);
  const right = compiler.compile(node.rhs);
  const { value: operator } = node;
  switch (operator) {
    case 'and':
      return (input, frame) => isTruthy(left(input, frame)) && isTruthy(right(input, frame));
    case 'or':
      return (input, frame) => isTruthy(left(input, frame)) || isTruthy(right(input, frame));
    case '=':
      return compileEquality(left, right, true);
    case '!=':
      return compileEquality(left, right, false);
    case '&':
      return (input, frame) => {
        const { evaluation } = frame;
        const head = left(input, frame);
        const tail = right(input, frame);
        return concatenate(
          head === undefined ? '' : stringOf(head, evaluation),
          tail === undefined ? '' : stringOf(tail, evaluation),
          evaluation,
        );
      };
    case '..':
      return (input, frame) => range(left(input, frame), right(input, frame), frame.evaluation);
    case 'in':
      return (input, frame) => includes(left(input, frame), right(input, frame), frame.evaluation);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (input, frame) => compare(operator, left(input, frame), right(input, frame));
    default:
      return (input, frame) => arithmetic(operator, left(input, frame), right(input, frame));
  }
}

function compileEquality(left: Evaluate, right: Evaluate, equal: boolean): Evaluate {
  return (input, frame): Value => {
    const a = left(input, frame);
    const b = right(input, frame);
    if (a === undefined || b === undefined) return false;
    return isDeepEqual(a, b, frame.evaluation) === equal;
  };
}
