/** The next page of a sequence that is in order; undefined: there is none. No page is empty. */
export type NextPage<T> = () => Promise<readonly T[] | undefined>;

/**
 * The first `limit` of several sequences together. A page of each is read to begin with, and the next one of a sequence
 * only when its last has been used up.
 *
 * @param comesBefore the order that each sequence is in
 */
export async function mergePages<T>(
  sequences: readonly NextPage<T>[],
  comesBefore: (left: T, right: T) => boolean,
  limit: number,
): Promise<readonly T[]> {
  if (limit === 0) return [];
  let sources = await Promise.all(sequences.map((next) => readSource(next)));
  const merged: T[] = [];
  for (;;) {
    let first: Source<T> | undefined;
    for (const source of sources) {
      if (source !== undefined && (first === undefined || comesBefore(source.head, first.head))) first = source;
    }
    if (first === undefined || merged.push(first.head) === limit) return merged;
    const head = first.page[++first.used];
    if (head !== undefined) first.head = head;
    else {
      const next = await readSource(first.next);
      sources = sources.map((source) => (source === first ? next : source));
    }
  }
}

interface Source<T> {
  readonly next: NextPage<T>;
  readonly page: readonly T[];
  /** The first of its page that has not been used, and how many have been. */
  head: T;
  used: number;
}

/** Undefined: it has come to its end. */
async function readSource<T>(next: NextPage<T>): Promise<Source<T> | undefined> {
  const page = await next();
  const head = page?.[0];
  return page === undefined || head === undefined ? undefined : { next, page, head, used: 0 };
}
