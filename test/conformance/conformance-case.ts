import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Json } from '../../core/json.ts';

/** One file of cases/: README.md says what each member means. */
export interface ConformanceCase {
  readonly about: string;
  readonly source: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly definition: Json;
  readonly input?: Json;
  readonly workers?: { readonly [resource: string]: readonly WorkerAnswer[] };
  readonly stop?: { readonly seconds: number; readonly error?: string; readonly cause?: string };
  readonly expected: Expected;
}

/** How one attempt of a task ends. Without any of the members that say so, it never does. */
export interface WorkerAnswer {
  /** How long it takes; 0 by default. */
  readonly seconds?: number;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** What an integration with a task token answers at once. */
  readonly submitted?: Json;
  /** What becomes of the token then, by whoever holds it. */
  readonly token?: readonly TokenAnswer[];
}

export interface TokenAnswer {
  /** Seconds after the integration's answer. */
  readonly seconds: number;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly heartbeat?: true;
}

/** `refused` alone, or the outcome; a Standard execution has a history too. */
export interface Expected {
  readonly refused?: readonly string[];
  readonly status?: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly history?: readonly ExpectedEvent[];
}

export type ExpectedEvent = readonly [seconds: number, previousEventId: number, type: string, details?: Json];

/** All cases below a folder, by their path in it. */
export function readCases(folder: string): readonly (readonly [path: string, kase: ConformanceCase])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [relative(folder, file), JSON.parse(readFileSync(file, 'utf8'))]);
}
