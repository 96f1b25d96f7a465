import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import type { QueryLanguage } from './ast.ts';
import type { Diagnostic } from './diagnostic.ts';

/** What a check knows about the place it looks at. */
export interface Scope {
  readonly findings: Findings;
  /** Whether these states run in an Express execution. */
  readonly express: boolean;
  /** Of the state at hand. */
  readonly language: QueryLanguage;
}

/**
 * Looks at one value and reports what is wrong with it. `location` is the value's place as AWS writes it,
 * `/States/Choose/Choices[0]/Next`; the empty text is the root.
 */
export type Check = (value: Json, location: string, scope: Scope) => void;

/** A member that only one query language has. */
export interface LanguageField {
  readonly only: QueryLanguage;
  readonly check: Check;
}

/** The members an object of a definition may have; any other is refused. */
export interface Shape {
  readonly fields: { readonly [name: string]: Check | LanguageField };
  readonly required?: readonly string[];
  /** Groups of members of which an object has one at most. */
  readonly exclusive?: readonly (readonly string[])[];
  /** Groups of members of which an object has one at least. */
  readonly needsOneOf?: readonly (readonly string[])[];
}

/** Collects what is wrong with one definition. */
export class Findings {
  readonly diagnostics: Diagnostic[] = [];

  error(message: string, location: string, code = 'SCHEMA_VALIDATION_FAILED'): void {
    this.diagnostics.push({ severity: 'ERROR', code, message, location: location || '/' });
  }

  /** An error that belongs to no place in particular. */
  errorOfWhole(code: string, message: string): void {
    this.diagnostics.push({ severity: 'ERROR', code, message });
  }

  warn(code: string, message: string, location: string): void {
    this.diagnostics.push({ severity: 'WARNING', code, message, location: location || '/' });
  }
}

/** Checks an object member by member. */
export function checkShape(value: Json, location: string, scope: Scope, shape: Shape): value is JsonObject {
  if (!isObject(value)) {
    scope.findings.error('Expected value of type Object', location);
    return false;
  }
  const missing = (shape.required ?? []).filter((name) => !Object.hasOwn(value, name));
  if (missing.length > 0) scope.findings.error(`These fields are required: [${missing.join(', ')}]`, location);
  for (const [name, member] of Object.entries(value)) checkMember(name, member, location, scope, shape);
  const present = (group: readonly string[]): readonly string[] => group.filter((name) => Object.hasOwn(value, name));
  for (const group of shape.exclusive ?? []) {
    const given = present(group);
    if (given.length > 1) {
      scope.findings.error(`There should only be one of the following fields: [${given.join(', ')}]`, location);
    }
  }
  for (const group of shape.needsOneOf ?? []) {
    if (present(group).length === 0) {
      scope.findings.error(`This object should have only one of the following fields: [${group.join(', ')}]`, location);
    }
  }
  return true;
}

function checkMember(name: string, value: Json, location: string, scope: Scope, shape: Shape): void {
  const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
  if (field === undefined) {
    scope.findings.error(`Field '${name}' is not supported`, location);
  } else if (typeof field === 'function') {
    field(value, `${location}/${name}`, scope);
  } else if (field.only === scope.language) {
    field.check(value, `${location}/${name}`, scope);
  } else {
    const query = `The QueryLanguage is set to '${scope.language}'`;
    const restriction = `but field '${name}' is only supported for the '${field.only}' QueryLanguage`;
    scope.findings.error(`${query}, ${restriction}`, location);
  }
}

export const anything: Check = () => undefined;

export const text: Check = (value, location, { findings }) => {
  if (typeof value !== 'string') findings.error('Expected value of type String', location);
};

export const flag: Check = (value, location, { findings }) => {
  if (typeof value !== 'boolean') findings.error('Expected value of type Boolean', location);
};

export const anyObject: Check = (value, location, { findings }) => {
  if (!isObject(value)) findings.error('Expected value of type Object', location);
};

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Check {
  return (value, location, { findings }) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      findings.error('Expected value of type Integer', location);
    } else if (value < min) {
      findings.error(`Minimum value is ${min}`, location);
    } else if (value > max) {
      findings.error(`Maximum value is ${max}`, location);
    }
  };
}

/** A number that need not be whole; AWS writes its limits with a decimal. */
export function decimal(min: number, max: number = Number.MAX_VALUE): Check {
  return (value, location, { findings }) => {
    if (typeof value !== 'number') findings.error('Expected value of type Float', location);
    else if (value < min) findings.error(`Minimum value is ${min.toFixed(1)}`, location);
    else if (value > max) findings.error(`Maximum value is ${max.toFixed(1)}`, location);
  };
}

export function oneOf(...allowed: readonly string[]): Check {
  return (value, location, { findings }) => {
    if (typeof value === 'string' && allowed.includes(value)) return;
    findings.error(`Value should be one of the following: [${allowed.join(', ')}]`, location);
  };
}

export function nullable(check: Check): Check {
  return (value, location, scope) => {
    if (value !== null) check(value, location, scope);
  };
}

/** A list that may be empty. */
export function listOf(element: Check): Check {
  return (value, location, scope) => {
    if (!isArray(value)) {
      scope.findings.error('Expected value of type Array', location);
      return;
    }
    for (const [i, item] of value.entries()) element(item, `${location}[${i}]`, scope);
  };
}

/** A list of at least one element. */
export function someOf(element: Check): Check {
  const checkList = listOf(element);
  return (value, location, scope) => {
    if (isArray(value) && value.length === 0) scope.findings.error('Value cannot be empty', location);
    checkList(value, location, scope);
  };
}

export function objectOf(shape: Shape): Check {
  return (value, location, scope) => {
    checkShape(value, location, scope, shape);
  };
}
