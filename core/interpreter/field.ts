import type { CompiledState, Field } from '../definition/program.ts';
import type { Json } from '../json.ts';
import type { QueryScope } from '../query/query-scope.ts';
import { unexpectedType } from '../query/unexpected-type.ts';
import { StatesError } from '../states-error.ts';
import { parseTimestamp } from '../timestamp.ts';

/**
 * Fields that are a number, a time or a text in the definition, or an expression for one: read and checked, with AWS's
 * words for what does not fit.
 */

/** Wait's Seconds and SecondsPath. */
export function readWaitSeconds(field: Field<number>, state: CompiledState, scope: QueryScope): number {
  if (field.constant !== undefined) return field.constant;
  const value = valueOfField(field, scope);
  if (state.flow.jsonata) return jsonataInteger(field, value, 0);
  const seconds = toNumber(value);
  if (seconds === undefined || !Number.isInteger(seconds)) {
    throw runtime(`The SecondsPath parameter cannot be parsed as a long value: ${field.text} == ${show(value)}`);
  }
  if (seconds < 0) throw runtime(`The SecondsPath parameter references a negative value: ${field.text} == ${seconds}`);
  return seconds;
}

/** Wait's Timestamp and TimestampPath, in milliseconds since the epoch. */
export function readTimestamp(field: Field<number>, state: CompiledState, scope: QueryScope): number {
  if (field.constant !== undefined) return field.constant;
  const value = valueOfField(field, scope);
  const atMs = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (atMs !== undefined) return atMs;
  if (state.flow.jsonata) {
    if (typeof value !== 'string') throw unexpectedType(field.text, field.name, 'string', value);
    throw new StatesError(
      'States.QueryEvaluationError',
      `The ${field.name} field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`,
      field.name,
    );
  }
  throw runtime(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${field.text} == ${show(value)}`,
  );
}

/** TimeoutSeconds, HeartbeatSeconds and their paths. */
export function readSeconds(
  field: Field<number>,
  state: CompiledState,
  scope: QueryScope,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  if (field.constant !== undefined) return field.constant;
  const seconds = readInteger(field, state, scope);
  if (seconds < min || seconds > max) {
    throw queryError(
      state,
      `The ${field.name} field refers to value "${seconds}" which is not between ${min} and ${max}: ${field.text}`,
      field.name,
    );
  }
  return seconds;
}

/** MaxConcurrency and ToleratedFailureCount: integers from zero. */
export function readCount(field: Field<number>, state: CompiledState, scope: QueryScope): number {
  if (field.constant !== undefined) return field.constant;
  const count = readInteger(field, state, scope);
  if (count < 0) throw queryError(state, `${field.name.replace(/Path$/, '')} cannot be negative.`, field.name);
  return count;
}

/** ToleratedFailurePercentage: from 0 to 100. */
export function readPercentage(field: Field<number>, state: CompiledState, scope: QueryScope): number {
  const value = field.constant ?? valueOfField(field, scope);
  const percentage = toNumber(value);
  if (percentage === undefined) {
    if (state.flow.jsonata) throw unexpectedType(field.text, field.name, 'number', value);
    throw runtime(`The ${field.name} field refers to value "${show(value)}" which is not a valid float: ${field.text}`);
  }
  if (percentage < 0 || percentage > 100) {
    throw queryError(state, `${field.name.replace(/Path$/, '')} must be between 0 and 100.`, field.name);
  }
  return percentage;
}

/** Error and Cause of a Fail state, and their paths. */
export function readText(field: Field<string>, state: CompiledState, scope: QueryScope): string {
  if (field.constant !== undefined) return field.constant;
  const value = valueOfField(field, scope);
  if (typeof value === 'string') return value;
  if (state.flow.jsonata) throw unexpectedType(field.text, field.name, 'string', value);
  throw runtime(`The ${field.name} field refers to value "${show(value)}" which is not a string: ${field.text}`);
}

function readInteger(field: Field<number>, state: CompiledState, scope: QueryScope): number {
  const value = valueOfField(field, scope);
  if (state.flow.jsonata) return jsonataInteger(field, value, Number.NEGATIVE_INFINITY);
  const number = toNumber(value);
  if (number !== undefined && Number.isInteger(number)) return number;
  throw runtime(`The ${field.name} field refers to value "${show(value)}" which is not a valid integer: ${field.text}`);
}

function jsonataInteger(field: Field<number>, value: Json, min: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw unexpectedType(field.text, field.name, 'integer', value);
  if (value < min) {
    throw new StatesError(
      'States.QueryEvaluationError',
      `The ${field.name} field references a negative value: ${value}`,
      field.name,
    );
  }
  return value;
}

function valueOfField(field: Field<number> | Field<string>, scope: QueryScope): Json {
  return field.query === undefined ? null : field.query(scope);
}

/** AWS takes a number from a text too. */
function toNumber(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function show(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function runtime(reason: string): StatesError {
  return new StatesError('States.Runtime', reason);
}

function queryError(state: CompiledState, reason: string, location: string): StatesError {
  return state.flow.jsonata ? new StatesError('States.QueryEvaluationError', reason, location) : runtime(reason);
}
