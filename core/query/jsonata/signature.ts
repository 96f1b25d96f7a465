import { JsonataError } from './jsonata-error.ts';
import { isArray, type Value } from './value.ts';

/**
 * A function's signature: `<s-nn?:s>`. Checks arguments, wraps single values where an array is wanted, and puts the
 * context value in the place of a missing argument marked `-`. The letters: see "Function Signatures" in JSONata's
 * documentation. After signature.js of jsonata 2.2.2, (c) Copyright IBM Corp. 2016, 2018, MIT License.
 */
export interface Signature {
  /** @throws {JsonataError} */
  validate(args: readonly Value[], context: Value): readonly Value[];
}

interface Parameter {
  /** Letters of the types it accepts; m stands for a missing value. */
  readonly accepts: string;
  readonly isArray: boolean;
  /** Letter of the type every item must have. */
  readonly itemType: string | undefined;
  readonly fromContext: boolean;
  /** ``, `?` or `+`, as in a regular expression. */
  readonly repeats: string;
}

const ANY = 'asnblfom';
const ACCEPTED: { readonly [letter: string]: string } = {
  s: 'sm',
  n: 'nm',
  b: 'bm',
  l: 'lm',
  o: 'om',
  a: ANY,
  f: 'f',
  j: 'asnblom',
  x: ANY,
};
const PLURALS: { readonly [letter: string]: string } = {
  a: 'arrays',
  b: 'booleans',
  f: 'functions',
  n: 'numbers',
  o: 'objects',
  s: 'strings',
};

export function parseSignature(definition: string): Signature {
  const parameters = parseParameters(definition);
  const pattern = new RegExp(`^${parameters.map(groupOf).join('')}$`);
  return {
    validate: (args, context) => {
      if (args.length === parameters.length && args.every((arg, i) => fitsAsIs(parameters[i], arg))) return args;
      return fitArguments(parameters, pattern, args, context);
    },
  };
}

function groupOf({ accepts, repeats, fromContext }: Parameter): string {
  return `([${accepts}]${fromContext ? '?' : ''}${repeats})`;
}

function parseParameters(definition: string): readonly Parameter[] {
  const parameters: Parameter[] = [];
  const amend = (change: Partial<Parameter>): void => {
    const last = parameters.pop();
    if (last) parameters.push({ ...last, ...change });
  };
  for (let i = 1; i < definition.length; i++) {
    const letter = definition.charAt(i);
    if (letter === ':' || letter === '>') break;
    if (letter === '-') amend({ fromContext: true });
    else if (letter === '?' || letter === '+') amend({ repeats: letter });
    else if (letter === '<') {
      const end = closingBracket(definition, i, '<', '>');
      amend({ itemType: definition.slice(i + 1, end) });
      i = end;
    } else if (letter === '(') {
      const end = closingBracket(definition, i, '(', ')');
      parameters.push(parameter(`${definition.slice(i + 1, end)}m`, false));
      i = end;
    } else {
      const accepts = ACCEPTED[letter];
      if (accepts !== undefined) parameters.push(parameter(accepts, letter === 'a'));
    }
  }
  return parameters;
}

function parameter(accepts: string, wantsArray: boolean): Parameter {
  return { accepts, isArray: wantsArray, itemType: undefined, fromContext: false, repeats: '' };
}

function closingBracket(text: string, start: number, open: string, close: string): number {
  let depth = 1;
  let i = start;
  while (depth > 0 && ++i < text.length) {
    if (text.charAt(i) === open) depth++;
    else if (text.charAt(i) === close) depth--;
  }
  return i;
}

function letterOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 's';
    case 'number':
      return 'n';
    case 'boolean':
      return 'b';
    case 'function':
      return 'f';
    case 'undefined':
      return 'm';
    default:
      if (value === null) return 'l';
      return isArray(value) ? 'a' : 'o';
  }
}

/** The common case, without a pattern: one value of the right type for each parameter. */
function fitsAsIs(parameter: Parameter | undefined, value: Value): boolean {
  if (!parameter || parameter.repeats === '+') return false;
  const letter = letterOf(value);
  if (!parameter.accepts.includes(letter)) return false;
  if (!parameter.isArray || letter === 'm') return true;
  return isArray(value) && (parameter.itemType === undefined || hasItems(value, parameter.itemType));
}

function hasItems(items: readonly Value[], itemType: string): boolean {
  const letter = itemType.charAt(0);
  return items.every((item) => letterOf(item) === letter);
}

function fitArguments(
  parameters: readonly Parameter[],
  pattern: RegExp,
  args: readonly Value[],
  context: Value,
): readonly Value[] {
  const letters = args.map(letterOf).join('');
  const match = pattern.exec(letters);
  if (!match) throw mismatch(parameters, letters, args);
  const fitted: Value[] = [];
  let next = 0;
  parameters.forEach((parameter, i) => {
    const matched = match[i + 1] ?? '';
    if (matched === '' && parameter.fromContext) {
      if (!parameter.accepts.includes(letterOf(context))) {
        throw new JsonataError('T0411', { value: context, index: next + 1 });
      }
      fitted.push(context);
    } else if (matched === '') fitted.push(args[next++]);
    else for (const letter of matched) fitted.push(fitArgument(parameter, letter, matched, args[next], ++next));
  });
  return fitted;
}

function fitArgument(parameter: Parameter, letter: string, matched: string, value: Value, index: number): Value {
  if (!parameter.isArray) return value;
  if (letter === 'm') return undefined;
  const { itemType } = parameter;
  const fits = itemType === undefined || (isArray(value) ? hasItems(value, itemType) : matched === itemType);
  if (!fits) throw new JsonataError('T0412', { value, index, type: PLURALS[itemType] });
  return isArray(value) ? value : [value];
}

/** Names the first argument that no way of reading the signature has room for. */
function mismatch(parameters: readonly Parameter[], letters: string, args: readonly Value[]): JsonataError {
  let partial = '^';
  let fitting = 0;
  for (const parameter of parameters) {
    partial += groupOf(parameter);
    const match = new RegExp(partial).exec(letters);
    if (!match) break;
    fitting = match[0].length;
  }
  return new JsonataError('T0410', { value: args[fitting], index: fitting + 1 });
}
