import { isArray, isObject, type Json, setMember } from '../json.ts';
import { StatesError } from '../states-error.ts';
import { referenceKeys } from './json-path-select.ts';
import { parsePath } from './json-path-syntax.ts';
import { PathSyntaxError } from './path-syntax-error.ts';

/** A compiled ResultPath: `$`, and single members and indexes after it. Source: states-language.net, "Reference Paths". */
export interface ReferencePath {
  /**
   * A copy of `root` with `value` where the path points; `root` is not changed, and what lies off the path is shared.
   * Missing objects are made; an item of an array must be there to be replaced.
   * @throws {StatesError} States.ResultPathMatchFailure
   */
  set(root: Json, value: Json): Json;
}

/** @throws {PathSyntaxError} */
export function compileReferencePath(text: string): ReferencePath {
  const path = parsePath(text);
  const keys = referenceKeys(path.steps);
  if (path.root.type !== 'input' || keys === undefined) throw new PathSyntaxError(`'${text}' is not a reference path`);
  return {
    set(root, value) {
      const written = write(root, keys, 0, value);
      if (written !== undefined) return written;
      throw new StatesError(
        'States.ResultPathMatchFailure',
        `Unable to apply ReferencePath ${text} to input ${JSON.stringify(root)}`,
      );
    },
  };
}

/** Undefined where the path does not fit what is there. */
function write(at: Json | undefined, keys: readonly (string | number)[], depth: number, value: Json): Json | undefined {
  const key = keys[depth];
  if (key === undefined) return value;
  if (typeof key === 'number') {
    if (!isArray(at)) return undefined;
    const index = key < 0 ? at.length + key : key;
    if (index < 0 || index >= at.length) return undefined;
    const item = write(at[index], keys, depth + 1, value);
    return item === undefined ? undefined : at.with(index, item);
  }
  if (at !== undefined && !isObject(at)) return undefined;
  const member = at !== undefined && Object.hasOwn(at, key) ? at[key] : undefined;
  const written = write(member, keys, depth + 1, value);
  if (written === undefined) return undefined;
  const copy: { [key: string]: Json } = { ...at };
  setMember(copy, key, written);
  return copy;
}
