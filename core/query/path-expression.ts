import { StatesError } from '../states-error.ts';
import { intrinsicFailure } from './intrinsic-arguments.ts';
import { formatTemplate, parseFormat } from './intrinsic-format.ts';
import { type IntrinsicArgument, type IntrinsicCall, isIntrinsic, parseIntrinsic } from './intrinsic-syntax.ts';
import { intrinsicNamed } from './intrinsics.ts';
import { compileArgumentPath, compilePath, pathReferences } from './json-path.ts';
import { PathSyntaxError } from './path-syntax-error.ts';
import type { Query } from './query-scope.ts';

/**
 * Compiles what a field ending in `.$`, ErrorPath or CausePath holds: a path (`$.a`, `$$.b`, `$name`) or a call of an
 * intrinsic function. `field` is its name, for the wording of errors.
 * @throws {PathSyntaxError}; the query throws {StatesError} States.Runtime or States.IntrinsicFailure.
 */
export function compilePathExpression(text: string, field: string): Query {
  if (!isIntrinsic(text)) return compilePath(text, field);
  const evaluate = compileCall(parseIntrinsic(text));
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      // AWS quotes the whole field, however deep the call that failed.
      throw new StatesError(error.error, `The function '${text}' had the following error: ${error.reason}`);
    }
  };
}

/** Names of the variables that a path or an intrinsic call reads. @throws {PathSyntaxError} */
export function expressionVariables(text: string): readonly string[] {
  return isIntrinsic(text) ? argumentVariables(parseIntrinsic(text)) : pathReferences(text).variables;
}

function argumentVariables(argument: IntrinsicArgument): readonly string[] {
  if (argument.type === 'call') return argument.args.flatMap(argumentVariables);
  if (argument.type !== 'path' || argument.path.root.type !== 'variable') return [];
  return [argument.path.root.name];
}

function compileCall({ name, args }: IntrinsicCall): Query {
  const intrinsic = intrinsicNamed(name);
  if (intrinsic === undefined) throw new PathSyntaxError(`Intrinsic function 'States.${name}' does not exist`);
  const [first, ...rest] = args;
  if (name === 'Format' && first?.type === 'string') {
    const template = parseFormat(first.source);
    const values = rest.map(compileArgument);
    return (scope) =>
      formatTemplate(
        template,
        values.map((value) => value(scope)),
      );
  }
  const values = args.map(compileArgument);
  const [fewest, most] = intrinsic.arity;
  if (args.length < fewest || args.length > most) {
    return () => {
      throw intrinsicFailure(`States.${name} does not take ${args.length} arguments`);
    };
  }
  return (scope) =>
    intrinsic.apply(
      values.map((value) => value(scope)),
      scope.host,
    );
}

function compileArgument(argument: IntrinsicArgument): Query {
  switch (argument.type) {
    case 'call':
      return compileCall(argument);
    case 'path':
      return compileArgumentPath(argument.path);
    default: {
      const { value } = argument;
      return () => value;
    }
  }
}
