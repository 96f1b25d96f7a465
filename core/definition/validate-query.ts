import { isArray, isObject, type Json } from '../json.ts';
import { isJsonataExpression, jsonataText } from '../query/jsonata.ts';
import { parseTimestamp } from '../timestamp.ts';
import type { Check, LanguageField, Scope } from './check.ts';
import { integer } from './check.ts';
import { jsonataProblems, type ReservedVariables } from './jsonata-check.ts';
import { isPath, isPathExpression, isReferencePath, type PathRoot } from './path-check.ts';

/** Fields and values by query language: what AWS documents under "Transforming data" and "Input and output processing". */

export function jsonPathOnly(check: Check): LanguageField {
  return { only: 'JSONPath', check };
}

export function jsonataOnly(check: Check): LanguageField {
  return { only: 'JSONata', check };
}

/** OutputPath. */
export const path: Check = (value, location, { findings }) => {
  if (typeof value !== 'string' || !isPath(value)) findings.error('Value must be a valid JSONPath.', location);
};

/** InputPath: AWS takes the call of an intrinsic function there too. */
export const inputPath: Check = (value, location, { findings }) => {
  if (typeof value !== 'string' || !isPathExpression(value)) {
    findings.error('Value must be a valid JSONPath.', location);
  }
};

/** A path to one value: in the input, the context object or a variable. */
export const referencePath: Check = singleValue(['input', 'context', 'variable']);

/** As AWS has it for the numbers of a Map: the context object is refused there. */
export const numberPath: Check = singleValue(['input', 'variable']);

/** ResultPath: a place in the state's input. */
export const resultPath: Check = singleValue(['input']);

function singleValue(roots: readonly PathRoot[]): Check {
  return (value, location, scope) => {
    path(value, location, scope);
    if (typeof value !== 'string' || !isPath(value) || isReferencePath(value, roots)) return;
    scope.findings.error('Value is not a Reference Path', location);
  };
}

/** The paths of a choice rule. */
export const choicePath: Check = (value, location, { findings }) => {
  if (typeof value === 'string' && isReferencePath(value, ['input', 'context', 'variable'])) return;
  const rootless = typeof value === 'string' && !value.startsWith('$');
  const reason = rootless ? ": Reference path didn't start with '$'" : '';
  findings.error(`Value is not a Reference Path${reason}`, location);
};

/** ErrorPath, CausePath. */
export const pathOrIntrinsic: Check = (value, location, { findings }) => {
  if (typeof value === 'string' && isPathExpression(value)) return;
  findings.error('Value must be a valid JSONPath or a valid intrinsic function call', location);
};

/** A JSON value with `{% … %}` in JSONata, with `"name.$": path` in JSONPath. */
export function template(reserved: ReservedVariables = {}): Check {
  return (value, location, scope) => {
    if (scope.language === 'JSONata') checkJsonataTemplate(value, location, scope, reserved);
    else checkPayloadTemplate(value, location, scope);
  };
}

function checkJsonataTemplate(value: Json, location: string, scope: Scope, reserved: ReservedVariables): void {
  if (typeof value === 'string') {
    checkJsonataString(value, location, scope, reserved);
  } else if (isArray(value)) {
    for (const [i, item] of value.entries()) checkJsonataTemplate(item, `${location}[${i}]`, scope, reserved);
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      checkJsonataTemplate(member, `${location}/${name}`, scope, reserved);
    }
  }
}

function checkJsonataString(text: string, location: string, { findings }: Scope, reserved: ReservedVariables): void {
  if (isJsonataExpression(text)) {
    for (const { code, message } of jsonataProblems(jsonataText(text), reserved)) {
      findings.error(message, location, code);
    }
  } else if (text.startsWith('{%') || text.endsWith('%}')) {
    findings.error('JSONata string must start with {% and end with %}', location);
  }
}

function checkPayloadTemplate(value: Json, location: string, scope: Scope): void {
  if (isArray(value)) {
    for (const [i, item] of value.entries()) checkPayloadTemplate(item, `${location}[${i}]`, scope);
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (name.endsWith('.$')) checkPayloadPath(name, member, location, scope);
      else if (typeof member === 'string') warnOfPath(name, member, location, scope);
      else checkPayloadTemplate(member, `${location}/${name}`, scope);
    }
  }
}

function checkPayloadPath(name: string, value: Json, location: string, { findings }: Scope): void {
  if (typeof value === 'string' && isPathExpression(value)) return;
  const wanted = 'must be a valid JSONPath or a valid intrinsic function call';
  findings.error(`The value for the field '${name}' ${wanted}`, location);
}

function warnOfPath(name: string, value: string, location: string, { findings }: Scope): void {
  if (!value.startsWith('$') && !value.startsWith('States.')) return;
  if (!isPathExpression(value)) return;
  findings.warn('NO_DOLLAR', `The field '${name}' holds a path, but its name does not end with '.$'`, location);
}

/** In JSONata an expression may stand for the value; what it gives is checked when it is evaluated. */
export function orExpression(check: Check): Check {
  return (value, location, scope) => {
    if (scope.language !== 'JSONata' || typeof value !== 'string' || !looksLikeExpression(value)) {
      check(value, location, scope);
    } else {
      checkJsonataString(value, location, scope, {});
    }
  };
}

function looksLikeExpression(text: string): boolean {
  return text.startsWith('{%') || text.endsWith('%}');
}

export function integerOrExpression(min: number, max?: number): Check {
  return orExpression(integer(min, max));
}

/** A timestamp as ASL has them: RFC 3339 with capital T, and Z or an offset. */
export const timestamp: Check = (value, location, { findings }) => {
  if (typeof value === 'string' && parseTimestamp(value) !== undefined) return;
  findings.error('String does not match RFC3339 timestamp', location);
};

/** A text that AWS takes as it is: one that looks like a path is probably meant as one. */
export const plainText: Check = (value, location, { findings }) => {
  if (typeof value !== 'string') findings.error('Expected value of type String', location);
  else if (value.startsWith('$') && isPath(value)) {
    findings.warn('NO_PATH', "The value looks like a path, but the field's name does not end with 'Path'", location);
  }
};
