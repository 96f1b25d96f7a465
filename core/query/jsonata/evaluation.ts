import type { QueryScope } from '../query-scope.ts';
import { JsonataError } from './jsonata-error.ts';

/** Steps of one evaluation: function calls, items visited, members compared. Ours: about a second or two of one core. */
const STEPS_MAX = 5_000_000;
/** Items of arrays and members of objects that one evaluation allocates, all told. Ours: about 250 MB, all kept. */
const ITEMS_MAX = 30_000_000;
/** Items of one array that an expression makes. Ours: four times what fits into the largest payload. */
export const ARRAY_ITEMS_MAX = 1_000_000;
/** UTF-16 units of the strings that one evaluation makes, all told. Ours. */
const CHARACTERS_MAX = 50_000_000;
/** UTF-16 units of one string. Ours: sixteen times what fits into the largest payload. */
export const STRING_CHARACTERS_MAX = 4_000_000;
/**
 * Depth of function calls, each weighed by the height of the function's body. Ours: two thirds of what the hungriest
 * expressions tried take of Node's usual stack of 984 KB.
 */
const CALL_DEPTH_MAX = 2_000;

/**
 * One evaluation of one expression: what it may look at, and what it has left to spend. The budget counts work, never
 * time, so that an expression ends the same way on every machine and in every replay.
 */
export class Evaluation {
  readonly scope: QueryScope;
  #stepsLeft = STEPS_MAX;
  #itemsLeft = ITEMS_MAX;
  #charactersLeft = CHARACTERS_MAX;
  #depth = 0;

  constructor(scope: QueryScope) {
    this.scope = scope;
  }

  step(count = 1): void {
    this.#stepsLeft -= count;
    if (this.#stepsLeft < 0) throw new JsonataError('B0001', { value: STEPS_MAX });
  }

  /** Before an array of so many items, or an object of so many members, is made. */
  allocate(items: number): void {
    if (items > ARRAY_ITEMS_MAX) throw new JsonataError('D2015', { value: ARRAY_ITEMS_MAX });
    this.#itemsLeft -= items;
    if (this.#itemsLeft < 0) throw new JsonataError('B0002', { value: ITEMS_MAX });
  }

  /** Before a string of so many UTF-16 units is made, or one of that length is read through. */
  allocateText(characters: number): void {
    this.limitText(characters);
    this.#charactersLeft -= characters;
    if (this.#charactersLeft < 0) throw new JsonataError('B0003', { value: CHARACTERS_MAX });
  }

  limitText(characters: number): void {
    if (characters > STRING_CHARACTERS_MAX) throw new JsonataError('B0003', { value: STRING_CHARACTERS_MAX });
  }

  /** Before a function's body is entered; an error ends the whole evaluation, so only success needs `leave`. */
  enter(weight: number): void {
    this.#depth += weight;
    if (this.#depth > CALL_DEPTH_MAX) throw new JsonataError('D1011');
  }

  leave(weight: number): void {
    this.#depth -= weight;
  }
}
