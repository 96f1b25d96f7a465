import { scanJson } from '../definition/json-syntax.ts';
import type { HashAlgorithm, Host } from '../host.ts';
import { type Json, type JsonArray, type JsonObject, jsonEqual, setMember } from '../json.ts';
import { NESTING_DEPTH_MAX } from '../limits.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { anyAt, arrayAt, integerAt, intrinsicFailure, objectAt, textAt } from './intrinsic-arguments.ts';
import { formatTemplate, parseFormat } from './intrinsic-format.ts';
import { seededRandom } from './seeded-random.ts';

/** An intrinsic function, on the values of its arguments. */
export interface Intrinsic {
  /** Fewest and most arguments it takes. */
  readonly arity: readonly [number, number];
  /** @throws {StatesError} States.IntrinsicFailure; the caller adds in which call. */
  readonly apply: (args: readonly Json[], host: Host) => Json;
}

/** Largest array that ArrayRange makes. AWS: "Intrinsic functions". */
const RANGE_ITEMS_MAX = 1_000;
/** Longest text that Base64Encode, Base64Decode and Hash take, in characters. AWS: the same page. */
const ENCODED_CHARACTERS_MAX = 10_000;
const HASH_ALGORITHMS: readonly HashAlgorithm[] = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

/** AWS's intrinsic functions by the name after `States.`. Source: "Intrinsic functions" in the developer guide. */
const INTRINSICS: { readonly [name: string]: Intrinsic } = {
  Array: { arity: [0, Number.POSITIVE_INFINITY], apply: (args) => args },
  ArrayPartition: { arity: [2, 2], apply: (args) => partition(arrayAt(args, 0), integerAt(args, 1)) },
  ArrayContains: { arity: [2, 2], apply: (args) => contains(arrayAt(args, 0), anyAt(args, 1)) },
  ArrayRange: { arity: [3, 3], apply: (args) => range(integerAt(args, 0), integerAt(args, 1), integerAt(args, 2)) },
  ArrayGetItem: { arity: [2, 2], apply: (args) => itemAt(arrayAt(args, 0), integerAt(args, 1)) },
  ArrayLength: { arity: [1, 1], apply: (args) => arrayAt(args, 0).length },
  ArrayUnique: { arity: [1, 1], apply: (args) => unique(arrayAt(args, 0)) },
  Base64Encode: { arity: [1, 1], apply: (args) => encodeBase64(shortTextAt(args, 0)) },
  Base64Decode: { arity: [1, 1], apply: (args) => decoded(shortTextAt(args, 0)) },
  Hash: { arity: [2, 2], apply: (args, host) => host.hash(algorithmOf(textAt(args, 1)), hashedText(anyAt(args, 0))) },
  JsonMerge: { arity: [3, 3], apply: (args) => merge(objectAt(args, 0), objectAt(args, 1), anyAt(args, 2)) },
  StringToJson: { arity: [1, 1], apply: (args) => parsed(textAt(args, 0)) },
  JsonToString: { arity: [1, 1], apply: (args) => JSON.stringify(anyAt(args, 0)) },
  MathRandom: { arity: [2, 3], apply: randomBetween },
  MathAdd: { arity: [2, 2], apply: (args) => integerAt(args, 0) + integerAt(args, 1) },
  StringSplit: { arity: [2, 2], apply: (args) => splitAtAny(textAt(args, 0), textAt(args, 1)) },
  UUID: { arity: [0, 0], apply: (_args, host) => host.uuid() },
  Format: {
    arity: [1, Number.POSITIVE_INFINITY],
    apply: (args) => formatTemplate(parseFormat(textAt(args, 0)), args.slice(1)),
  },
};

export function intrinsicNamed(name: string): Intrinsic | undefined {
  return Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
}

function partition(items: JsonArray, size: number): JsonArray {
  if (size <= 0) throw intrinsicFailure('The size of a part must be greater than zero');
  const parts: JsonArray[] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}

function contains(items: JsonArray, wanted: Json): boolean {
  return items.some((item) => jsonEqual(item, wanted));
}

function range(from: number, to: number, step: number): JsonArray {
  if (step === 0) throw intrinsicFailure('The step must not be zero');
  const length = Math.max(0, Math.floor((to - from) / step) + 1);
  if (length > RANGE_ITEMS_MAX) throw intrinsicFailure(`The range has more than ${RANGE_ITEMS_MAX} items`);
  return Array.from({ length }, (_, i) => from + i * step);
}

function itemAt(items: JsonArray, index: number): Json {
  const item = items[index];
  if (item === undefined)
    throw intrinsicFailure(`Index ${index} is out of range for an array of ${items.length} items`);
  return item;
}

/** The first of each kind of equal items, in their order. */
function unique(items: JsonArray): JsonArray {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = JSON.stringify(item, sortedMembers);
    return !seen.has(key) && seen.add(key);
  });
}

/** Equal objects may have their members in any order. */
function sortedMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return { members: Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) };
}

function shortTextAt(args: readonly Json[], at: number): string {
  const text = textAt(args, at);
  if (text.length > ENCODED_CHARACTERS_MAX) {
    throw intrinsicFailure(`The argument is longer than ${ENCODED_CHARACTERS_MAX} characters`);
  }
  return text;
}

function decoded(encoded: string): string {
  const text = decodeBase64(encoded);
  if (text === undefined) throw intrinsicFailure('The argument is not valid Base64');
  return text;
}

function hashedText(data: Json): string {
  return shortTextAt([typeof data === 'string' ? data : JSON.stringify(data)], 0);
}

function algorithmOf(name: string): HashAlgorithm {
  const algorithm = HASH_ALGORITHMS.find((known) => known === name);
  if (algorithm === undefined) throw intrinsicFailure(`The algorithm must be one of ${HASH_ALGORITHMS.join(', ')}`);
  return algorithm;
}

function merge(first: JsonObject, second: JsonObject, deep: Json): JsonObject {
  if (deep !== false) throw intrinsicFailure('Argument 3 must be false: only shallow merging is supported');
  const merged: { [key: string]: Json } = { ...first };
  for (const [key, value] of Object.entries(second)) setMember(merged, key, value);
  return merged;
}

/** AWS reads an empty text as null. */
function parsed(text: string): Json {
  if (text.trim() === '') return null;
  const { problem } = scanJson(text, NESTING_DEPTH_MAX);
  if (problem !== undefined) throw intrinsicFailure(`The argument is not valid JSON: ${problem.message}`);
  return JSON.parse(text);
}

/** Start inclusive, end exclusive. */
function randomBetween(args: readonly Json[], host: Host): number {
  const start = integerAt(args, 0);
  const end = integerAt(args, 1);
  if (start >= end) throw intrinsicFailure('The start of the range must be less than its end');
  const drawn = args.length > 2 ? seededRandom(integerAt(args, 2)) : host.random();
  return start + Math.floor(drawn * (end - start));
}

/** Cuts at every character of `separators`; empty parts are left out. */
function splitAtAny(text: string, separators: string): string[] {
  const cuts = new Set(separators);
  const parts: string[] = [];
  let part = '';
  for (const char of text) {
    if (!cuts.has(char)) part += char;
    else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  if (part !== '') parts.push(part);
  return parts;
}
