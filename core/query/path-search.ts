import type { Json } from '../json.ts';
import { StatesError } from '../states-error.ts';

/** One evaluation of a path that may find many values. */
export interface PathSearch {
  /** What `$` means inside filters. */
  readonly document: Json;
  /** Work that is left before the search is given up. */
  workLeft: number;
}

/** Values looked at by one path; ours: descents and filters within each other multiply, and no real path comes near. */
const PATH_WORK_MAX = 5_000_000;

export function startSearch(document: Json): PathSearch {
  return { document, workLeft: PATH_WORK_MAX };
}

/** @throws {StatesError} States.Runtime when the work of one path passes all measure. */
export function spend(search: PathSearch, work: number): void {
  search.workLeft -= work;
  if (search.workLeft < 0) {
    throw new StatesError('States.Runtime', `A path was given up after looking at ${PATH_WORK_MAX} values.`);
  }
}
