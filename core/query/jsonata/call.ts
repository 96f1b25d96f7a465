import type { Compiler, Evaluate } from './compiler.ts';
import type { Evaluation } from './evaluation.ts';
import type { Frame } from './frame.ts';
import { JsonataError } from './jsonata-error.ts';
import { parseSignature } from './signature.ts';
import type { ApplyNode, CallNode, LambdaNode, Node, PartialNode } from './syntax.ts';
import { apply, type Callable, isTruthy, TailCall, type Value } from './value.ts';

/** What evaluates a function's body: a call in tail position is handed back to be made by `apply`. */
type EvaluateTail = (input: Value, frame: Frame) => Value | TailCall;

/** `$f(x, y)`, with `first` before the arguments that are written, where there is one. */
export function compileCall(node: CallNode, compiler: Compiler, first?: Evaluate): Evaluate {
  const callee = compileCallee(node.procedure, compiler, 'T1005');
  const args = node.arguments.map((argument) => compiler.compile(argument));
  const token = nameOf(node.procedure);
  return (input, frame) => {
    const values: Value[] = first ? [first(input, frame)] : [];
    const called = callee(input, frame);
    for (const arg of args) values.push(arg(input, frame));
    return applyNamed(called, values, input, frame.evaluation, token);
  };
}

function applyNamed(
  callee: Value,
  args: readonly Value[],
  input: Value,
  evaluation: Evaluation,
  token: string | undefined,
): Value {
  try {
    return apply(callee, args, input, evaluation);
  } catch (error) {
    if (error instanceof JsonataError) error.blame(token);
    throw error;
  }
}

/** A name without its `$` is a field, most likely missing: the error says so if there is a function of that name. */
function compileCallee(procedure: Node, compiler: Compiler, code: 'T1005' | 'T1007'): Evaluate {
  const callee = compiler.compile(procedure);
  const first = procedure.type === 'path' ? procedure.steps[0] : undefined;
  if (first?.type !== 'name') return callee;
  const meant = compiler.compile({ type: 'variable', value: first.value });
  return (input, frame) => {
    const value = callee(input, frame);
    if (value === undefined && meant(input, frame) !== undefined) throw new JsonataError(code, { token: first.value });
    return value;
  };
}

function nameOf(procedure: Node): string | undefined {
  const node = procedure.type === 'path' ? procedure.steps[0] : procedure;
  return node.type === 'name' || node.type === 'variable' ? node.value : undefined;
}

/** `function($x){...}` */
export function compileLambda(node: LambdaNode, compiler: Compiler): Evaluate {
  if (node.thunk) return compiler.compile(node.body);
  const names = node.arguments.map((parameter) => parameter.value);
  const signature = node.signature && parseSignature(node.signature.definition);
  const body = compileTail(node.body, compiler);
  const weight = compiler.heightOf(node.body) + 1;
  return (input, frame) => {
    const lambda = (args: readonly Value[], context: Value, evaluation: Evaluation): Value | TailCall => {
      const values = signature ? signature.validate(args, context) : args;
      const scope = frame.child();
      for (let i = 0; i < names.length; i++) scope.bind(names[i] ?? '', values[i]);
      evaluation.enter(weight);
      const result = body(input, scope);
      evaluation.leave(weight);
      return result;
    };
    lambda.arity = names.length;
    return lambda;
  };
}

/** Compiles a body so that the calls its parser marked as its last act become TailCalls. */
function compileTail(node: Node, compiler: Compiler): EvaluateTail {
  if (node.predicate || node.group || node.keepArray) return compiler.compile(node);
  if (node.type === 'lambda' && node.thunk && node.body.type === 'function')
    return compileTailCall(node.body, compiler);
  if (node.type === 'condition') {
    const condition = compiler.compile(node.condition);
    const then = compileTail(node.then, compiler);
    const otherwise = node.else && compileTail(node.else, compiler);
    return (input, frame) => (isTruthy(condition(input, frame)) ? then(input, frame) : otherwise?.(input, frame));
  }
  const last = node.type === 'block' ? node.expressions.at(-1) : undefined;
  if (node.type !== 'block' || !last) return compiler.compile(node);
  const before = node.expressions.slice(0, -1).map((expression) => compiler.compile(expression));
  const end = compileTail(last, compiler);
  return (input, frame) => {
    const scope = frame.child();
    for (const evaluate of before) evaluate(input, scope);
    return end(input, scope);
  };
}

function compileTailCall(node: CallNode, compiler: Compiler): EvaluateTail {
  const callee = compileCallee(node.procedure, compiler, 'T1005');
  const args = node.arguments.map((argument) => compiler.compile(argument));
  const token = nameOf(node.procedure);
  return (input, frame) => {
    const called = callee(input, frame);
    return new TailCall(
      called,
      args.map((arg) => arg(input, frame)),
      token,
    );
  };
}

/** `$f(x, ?)`: a function of the arguments left open. */
export function compilePartial(node: PartialNode, compiler: Compiler): Evaluate {
  const callee = compileCallee(node.procedure, compiler, 'T1007');
  const args = node.arguments.map((argument) =>
    argument.type === 'operator' ? undefined : compiler.compile(argument),
  );
  const token = nameOf(node.procedure);
  const arity = args.filter((arg) => arg === undefined).length;
  return (input, frame) => {
    const given = args.map((arg) => arg?.(input, frame));
    const called = callee(input, frame);
    if (typeof called !== 'function') throw new JsonataError('T1008', { token });
    const partial = (open: readonly Value[], context: Value, evaluation: Evaluation): Value => {
      let next = 0;
      const filled = given.map((value, i) => (args[i] ? value : open[next++]));
      return apply(called, filled, context, evaluation);
    };
    partial.arity = arity;
    return partial;
  };
}

/** `value ~> $f`, `value ~> $f(x)`, and `$f ~> $g`, which is the function that does one after the other. */
export function compileApply(node: ApplyNode, compiler: Compiler): Evaluate {
  const left = compiler.compile(node.lhs);
  if (node.rhs.type === 'function') return compileCall(node.rhs, compiler, left);
  const right = compiler.compile(node.rhs);
  return (input, frame) => {
    const value = left(input, frame);
    const callee = right(input, frame);
    if (typeof callee !== 'function') throw new JsonataError('T2006', { value: callee });
    return typeof value === 'function' ? compose(value, callee) : apply(callee, [value], null, frame.evaluation);
  };
}

function compose(first: Callable, second: Callable): Callable {
  const composed = (args: readonly Value[], input: Value, evaluation: Evaluation): TailCall =>
    new TailCall(second, [apply(first, args.slice(0, 1), input, evaluation)], undefined);
  composed.arity = 1;
  return composed;
}
