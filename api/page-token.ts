import { isArray, type Json } from '../core/json.ts';
import { InvalidToken } from './service-error.ts';

/** Format of a token: whoever changes it raises this, and tokens handed out before are refused. */
const VERSION = 1;
/** AWS: "Using an expired pagination token will return an HTTP 400 InvalidToken error"; tokens live for 24 hours. */
const LIFE_MS = 24 * 60 * 60 * 1000;

/** What a listing is of: the action and every parameter that a next page must repeat. */
export type PageScope = readonly (string | boolean | undefined)[];

/** The `nextToken` of a page. Opaque to clients; `cursor` is where the next page begins. */
export function pageToken(scope: PageScope, cursor: Json, nowMs: number): string {
  return Buffer.from(JSON.stringify([VERSION, nowMs + LIFE_MS, scopeText(scope), cursor])).toString('base64url');
}

/** The cursor in a token. @throws {InvalidToken} it is none of ours, has expired, or belongs to another listing. */
export function pageCursor(token: string, scope: PageScope, nowMs: number): Json {
  const parts = parse(token);
  if (!isArray(parts) || parts.length !== 4) throw new InvalidToken();
  const [version, expiresMs, tokenScope, cursor] = parts;
  const current = version === VERSION && typeof expiresMs === 'number' && expiresMs > nowMs;
  if (!current || tokenScope !== scopeText(scope) || cursor === undefined) throw new InvalidToken();
  return cursor;
}

function scopeText(scope: PageScope): string {
  return JSON.stringify(scope);
}

function parse(token: string): Json {
  try {
    const json: Json = JSON.parse(Buffer.from(token, 'base64url').toString());
    return json;
  } catch {
    throw new InvalidToken();
  }
}
