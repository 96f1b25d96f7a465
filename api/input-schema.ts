import { isArray, isObject, type Json, type JsonObject } from '../core/json.ts';
import { SerializationException, ValidationException } from './service-error.ts';

/**
 * One member of a request: checks its JSON and gives it its type. A wrong type throws SerializationException at once;
 * broken constraints are gathered, for AWS names all of them in one message.
 */
export type Field<T> = (value: Json | undefined, at: string, violations: Violations) => T;

/** Made when the first constraint is found broken: most requests break none. */
class Violations {
  texts: string[] | undefined = undefined;

  /** `shown`: the value as it stands in the message, in quotes or `null`; undefined for secrets, which AWS leaves out. */
  add(shown: string | undefined, at: string, constraint: string): void {
    this.texts ??= [];
    const value = shown === undefined ? 'Value' : `Value ${shown}`;
    this.texts.push(`${value} at '${at}' failed to satisfy constraint: ${constraint}`);
  }
}

export type Shape = { readonly [member: string]: Field<unknown> };
export type Input<S extends Shape> = { readonly [Member in keyof S]: ReturnType<S[Member]> };

/** @throws {SerializationException | ValidationException} with AWS's wording; members not in the shape are ignored. */
export function readInput<S extends Shape>(shape: S, body: JsonObject): Input<S> {
  const violations = new Violations();
  const input = readMembers(shape, body, '', violations);
  if (violations.texts !== undefined) throw constraintsBroken(violations.texts);
  return input;
}

function readMembers<S extends Shape>(shape: S, body: JsonObject, prefix: string, violations: Violations): Input<S> {
  const input: { [member: string]: unknown } = {};
  for (const member in shape) input[member] = shape[member]?.(body[member], prefix + member, violations);
  return input as Input<S>; // each member was read by its own field
}

function constraintsBroken(texts: readonly string[]): ValidationException {
  const errors = texts.length === 1 ? 'error' : 'errors';
  return new ValidationException(`${texts.length} validation ${errors} detected: ${texts.join('; ')}`);
}

/** The member must be there. What stands in for a missing value never leaves `readInput`, which throws. */
export function required<T>(field: Field<T | undefined>, standIn: T): Field<T> {
  return (value, at, violations) => {
    const read = field(value, at, violations);
    if (read === undefined && (value === undefined || value === null)) {
      violations.add('null', at, 'Member must not be null');
    }
    return read ?? standIn;
  };
}

export interface TextLimits {
  readonly min?: number;
  readonly max: number;
  /** AWS's model marks the member as sensitive: messages do not repeat it. */
  readonly sensitive?: boolean;
}

/** Lengths are in UTF-16 units, as in AWS's Java. */
export function text(limits: TextLimits): Field<string | undefined> {
  const { min = 0, max, sensitive = false } = limits;
  return (value, at, violations) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw cannotConvert(value, 'String');
    const { length } = value;
    if (length < min) {
      violations.add(
        sensitive ? undefined : `'${value}'`,
        at,
        `Member must have length greater than or equal to ${min}`,
      );
    } else if (length > max) {
      violations.add(sensitive ? undefined : `'${value}'`, at, `Member must have length less than or equal to ${max}`);
    }
    return value;
  };
}

export function requiredText(limits: TextLimits): Field<string> {
  return required(text(limits), '');
}

export function oneOf<T extends string>(...values: readonly T[]): Field<T | undefined> {
  return (value, at, violations) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw cannotConvert(value, 'String');
    const known = values.find((candidate) => candidate === value);
    if (known === undefined) {
      violations.add(`'${value}'`, at, `Member must satisfy enum value set: [${values.join(', ')}]`);
    }
    return known;
  };
}

export function integer(min: number, max: number): Field<number | undefined> {
  return (value, at, violations) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number') throw cannotConvert(value, 'Integer');
    const whole = Math.trunc(value);
    if (whole < min) violations.add(`'${whole}'`, at, `Member must have value greater than or equal to ${min}`);
    else if (whole > max) violations.add(`'${whole}'`, at, `Member must have value less than or equal to ${max}`);
    return whole;
  };
}

export const boolean: Field<boolean | undefined> = (value) => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw cannotConvert(value, 'Boolean');
  return value;
};

export function structure<S extends Shape>(shape: S): Field<Input<S> | undefined> {
  return (value, at, violations) => {
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) throw new SerializationException('Unexpected field type');
    return readMembers(shape, value, `${at}.`, violations);
  };
}

export function list<T>(item: Field<T>, max: number = Number.POSITIVE_INFINITY): Field<readonly T[] | undefined> {
  return (value, at, violations) => {
    if (value === undefined || value === null) return undefined;
    if (!isArray(value)) throw new SerializationException('Unexpected field type');
    if (value.length > max) {
      violations.add(`'${JSON.stringify(value)}'`, at, `Member must have length less than or equal to ${max}`);
    }
    return value.map((member, index) => item(member, `${at}.${index + 1}.member`, violations));
  };
}

function cannotConvert(value: Json, type: string): SerializationException {
  if (isArray(value)) return new SerializationException('Start of list found where not expected');
  if (isObject(value)) return new SerializationException('Start of structure or map found where not expected.');
  const token =
    typeof value === 'boolean' ? `${String(value).toUpperCase()}_VALUE` : `${typeof value}_VALUE`.toUpperCase();
  return new SerializationException(`${token} can not be converted to ${type === 'Integer' ? 'an' : 'a'} ${type}`);
}
