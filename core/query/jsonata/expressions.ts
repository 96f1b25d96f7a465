import type { Compiler, Evaluate } from './compiler.ts';
import { JsonataError } from './jsonata-error.ts';
import type { ArrayNode, BindNode, BlockNode, ConditionNode, NegateNode } from './syntax.ts';
import { type FreshArray, isArray, isNumeric, isTruthy, lookup, pushAll } from './value.ts';
import { binds } from './walk.ts';

export function compileName(name: string): Evaluate {
  return (input, frame) => lookup(input, name, frame.evaluation);
}

export function compileNegation(node: NegateNode, compiler: Compiler): Evaluate {
  const operand = compiler.compile(node.expression);
  return (input, frame) => {
    const value = operand(input, frame);
    if (value === undefined) return undefined;
    if (!isNumeric(value)) throw new JsonataError('D1002', { value });
    return -value;
  };
}

/** `[a, b]`: sequences are spread into it, arrays that are written as such are not. */
export function compileArray(node: ArrayNode, compiler: Compiler): Evaluate {
  const items = node.expressions.map((expression) => ({
    evaluate: compiler.compile(expression),
    isArray: expression.type === 'unary' && expression.value === '[',
  }));
  const { consarray } = node;
  return (input, frame) => {
    const { evaluation } = frame;
    evaluation.allocate(items.length + 1);
    const result: FreshArray = [];
    for (const item of items) {
      const value = item.evaluate(input, frame);
      if (value === undefined) continue;
      if (isArray(value) && !item.isArray) pushAll(result, value, evaluation);
      else result.push(value);
    }
    if (consarray) result.constructed = true;
    return result;
  };
}

export function compileCondition(node: ConditionNode, compiler: Compiler): Evaluate {
  const condition = compiler.compile(node.condition);
  const then = compiler.compile(node.then);
  const otherwise = node.else && compiler.compile(node.else);
  return (input, frame) => (isTruthy(condition(input, frame)) ? then(input, frame) : otherwise?.(input, frame));
}

/** `(a; b)`: variables bound in it are its own. */
export function compileBlock(node: BlockNode, compiler: Compiler): Evaluate {
  const expressions = node.expressions.map((expression) => compiler.compile(expression));
  const [only] = expressions;
  if (only && expressions.length === 1 && !node.expressions.some(binds)) return only;
  return (input, frame) => {
    const scope = frame.child();
    let result: ReturnType<Evaluate>;
    for (const evaluate of expressions) result = evaluate(input, scope);
    return result;
  };
}

export function compileBind(node: BindNode, compiler: Compiler): Evaluate {
  const value = compiler.compile(node.rhs);
  const { value: name } = node.lhs;
  return (input, frame) => {
    const bound = value(input, frame);
    frame.bind(name, bound);
    return bound;
  };
}
