import { isArray, isObject, type Json, type JsonArray, type JsonObject } from '../json.ts';
import { StatesError } from '../states-error.ts';

/** An intrinsic function refuses its arguments. AWS's own words are not on record but for paths that find nothing. */
export function intrinsicFailure(reason: string): StatesError {
  return new StatesError('States.IntrinsicFailure', reason);
}

export function anyAt(args: readonly Json[], at: number): Json {
  const value = args[at];
  if (value === undefined) throw intrinsicFailure(`Argument ${at + 1} is missing`);
  return value;
}

export function arrayAt(args: readonly Json[], at: number): JsonArray {
  const value = anyAt(args, at);
  if (!isArray(value)) throw wrongType(at, 'an array', value);
  return value;
}

export function objectAt(args: readonly Json[], at: number): JsonObject {
  const value = anyAt(args, at);
  if (!isObject(value)) throw wrongType(at, 'a JSON object', value);
  return value;
}

export function textAt(args: readonly Json[], at: number): string {
  const value = anyAt(args, at);
  if (typeof value !== 'string') throw wrongType(at, 'a string', value);
  return value;
}

/** A number, rounded as AWS does it: halves upwards. */
export function integerAt(args: readonly Json[], at: number): number {
  const value = anyAt(args, at);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(at, 'a number', value);
  return Math.round(value) + 0;
}

function wrongType(at: number, wanted: string, value: Json): StatesError {
  return intrinsicFailure(`Argument ${at + 1} must be ${wanted}: ${JSON.stringify(value).slice(0, 100)}`);
}
