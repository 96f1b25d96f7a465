import { isArray, isObject, type Json, type JsonObject, setMember } from '../json.ts';
import { compileCondition, type Holds } from './json-path-filter.ts';
import { callPathFunction } from './json-path-functions.ts';
import { isDefinite, type Operand, type PathStep, type RelativePath } from './json-path-syntax.ts';
import { type PathSearch, spend } from './path-search.ts';

/** A name that an array takes for an index. */
const INDEX = /^\d+$/;

/** What a path finds in a document: one value, an array of all matches if it is indefinite, or nothing. */
export type Select = (root: Json, search: PathSearch) => Json | undefined;

/** Adds what one step finds at `value` to `found`. */
type Expand = (value: Json, found: Json[], search: PathSearch) => void;

/**
 * Compiles the steps of a path. A relative path starts at `root`, wherever its search began.
 * @throws {StatesError} from the compiled path, as `spend`'s.
 */
export function compileSteps(steps: readonly PathStep[]): Select {
  const keys = referenceKeys(steps);
  if (keys !== undefined) return compileKeys(keys);
  const last = steps.at(-1);
  // Jayway gives what a descent found to the function as one list.
  if (last?.type === 'function' && steps.some(({ type }) => type === 'descent')) {
    const select = compileSteps(steps.slice(0, -1));
    const call = compileFunction(last.name, last.args);
    return (root, search) => call(select(root, search) ?? [], search);
  }
  const expands = steps.map(compileExpand);
  if (isDefinite(steps)) return (root, search) => findAll(expands, root, search)[0];
  return (root, search) => findAll(expands, root, search);
}

/** Member names and indexes of a path that has nothing else: a reference path. */
export function referenceKeys(steps: readonly PathStep[]): readonly (string | number)[] | undefined {
  const keys: (string | number)[] = [];
  for (const step of steps) {
    if (step.type === 'member') keys.push(step.name);
    else if (step.type === 'index') keys.push(step.index);
    else return undefined;
  }
  return keys;
}

/** The member or item of that name or index; an index below zero counts from the end. */
export function childAt(value: Json, key: string | number): Json | undefined {
  if (typeof key === 'number') return isArray(value) ? value[key < 0 ? value.length + key : key] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

type Child = (value: Json | undefined) => Json | undefined;

/** Reference paths are what definitions are full of: no lists, one lookup a step. */
export function compileKeys(keys: readonly (string | number)[]): (root: Json) => Json | undefined {
  const [first, second, ...rest] = keys.map(compileChild);
  if (first === undefined) return (root) => root;
  if (second === undefined) return first;
  if (rest.length === 0) return (root) => second(first(root));
  return (root) => {
    let value = second(first(root));
    for (const child of rest) value = child(value);
    return value;
  };
}

function compileChild(key: string | number): Child {
  if (typeof key === 'number' || key in Array.prototype || INDEX.test(key)) {
    return (value) => (value === undefined ? undefined : childAt(value, key));
  }
  // No array, and no object that lacks it, has a member of this name: looking it up is enough.
  return (value) => (typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined);
}

function findAll(expands: readonly Expand[], root: Json, search: PathSearch): Json[] {
  let found: Json[] = [root];
  for (const expand of expands) {
    const next: Json[] = [];
    for (const value of found) expand(value, next, search);
    found = next;
  }
  return found;
}

function addMatch(found: Json[], value: Json, search: PathSearch): void {
  spend(search, 1);
  found.push(value);
}

function compileExpand(step: PathStep): Expand {
  switch (step.type) {
    case 'member':
      return expandKeys([step.name]);
    case 'index':
      return expandKeys([step.index]);
    case 'indexes':
      return expandKeys(step.indexes);
    case 'members':
      return expandMembers(step.names);
    case 'slice':
      return (value, found, search) => {
        if (isArray(value)) for (const item of sliceOf(value, step)) addMatch(found, item, search);
      };
    case 'wildcard':
      return (value, found, search) => {
        for (const child of childrenOf(value)) addMatch(found, child, search);
      };
    case 'descent':
      return expandDescent(step.step);
    case 'filter':
      return expandFilter(compileCondition(step.condition, compileRelative));
    case 'function': {
      const call = compileFunction(step.name, step.args);
      return (value, found, search) => {
        const result = call(value, search);
        if (result !== undefined) addMatch(found, result, search);
      };
    }
  }
}

function expandKeys(keys: readonly (string | number)[]): Expand {
  return (value, found, search) => {
    for (const key of keys) {
      const child = childAt(value, key);
      if (child !== undefined) addMatch(found, child, search);
    }
  };
}

/** `['a','b']`: the object of those members that are there. */
function expandMembers(names: readonly string[]): Expand {
  return (value, found, search) => {
    if (!isObject(value)) return;
    const members: { [name: string]: Json } = {};
    for (const name of names) {
      const member = childAt(value, name);
      if (member !== undefined) setMember(members, name, member);
    }
    addMatch(found, members, search);
  };
}

/** Parents before children, in document order. The walk keeps its own stack: documents nest deeper than calls may. */
function expandDescent(step: PathStep): Expand {
  const expand = compileExpand(step);
  return (root, found, search) => {
    const stack: Json[] = [root];
    for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
      if (typeof value !== 'object' || value === null) continue;
      spend(search, 1);
      expand(value, found, search);
      const children = childrenOf(value);
      for (let i = children.length - 1; i >= 0; i--) stack.push(children[i] ?? null);
    }
  };
}

/** The items of an array that hold; an object that holds stands for itself, as in Jayway. */
function expandFilter(holds: Holds): Expand {
  return (value, found, search) => {
    const candidates = isArray(value) ? value : isObject(value) ? [value] : [];
    for (const candidate of candidates) {
      if (holds(candidate, search)) addMatch(found, candidate, search);
    }
  };
}

/** Within a filter `root` is the item at hand. */
function compileRelative(path: RelativePath): Select {
  const select = compileSteps(path.steps);
  return path.root === '@' ? select : (_item, search) => select(search.document, search);
}

function compileFunction(name: string, operands: readonly Operand[]): Select {
  const args = operands.map((operand): Select => {
    if (operand.type === 'path') return compileRelative(operand);
    const value = operand.type === 'literal' ? operand.value : undefined;
    return () => value;
  });
  return (value, search) => {
    const values = args.map((arg) => arg(value, search));
    return callPathFunction(
      name,
      value,
      values.filter((arg) => arg !== undefined),
    );
  };
}

function childrenOf(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

interface Slice {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly by: number;
}

/** As in Python: bounds below zero count from the end, a step below zero walks backwards. */
function sliceOf(items: readonly Json[], { from, to, by }: Slice): readonly Json[] {
  if (by === 1) return items.slice(from, to);
  const bound = (at: number, low: number, high: number): number =>
    Math.min(Math.max(at < 0 ? at + items.length : at, low), high);
  const picked: Json[] = [];
  if (by > 0) {
    const end = bound(to ?? items.length, 0, items.length);
    for (let i = bound(from ?? 0, 0, items.length); i < end; i += by) picked.push(items[i] ?? null);
    return picked;
  }
  const end = to === undefined ? -1 : bound(to, -1, items.length - 1);
  for (let i = bound(from ?? items.length - 1, -1, items.length - 1); i > end; i += by) picked.push(items[i] ?? null);
  return picked;
}
