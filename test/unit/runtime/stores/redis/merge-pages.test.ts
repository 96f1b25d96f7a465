import { describe, expect, test } from 'vitest';
import { mergePages, type NextPage } from '../../../../../runtime/stores/redis/merge-pages.ts';

const comesBefore = (left: number, right: number): boolean => left < right;

/** A sequence in these pages, and how many of them have been read. */
function sequence(...pages: readonly (readonly number[])[]): { readonly next: NextPage<number>; read: number } {
  const each = { next: async () => pages[each.read++], read: 0 };
  return each;
}

async function merged(sequences: readonly { readonly next: NextPage<number> }[], limit: number) {
  return mergePages(
    sequences.map(({ next }) => next),
    comesBefore,
    limit,
  );
}

describe('several sequences', () => {
  test('are one in their common order', async () => {
    const odd = sequence([1, 3], [5], [7, 9]);
    const even = sequence([2], [4, 6, 8]);

    expect(await merged([odd, sequence(), even], 100)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('are read no further than what is asked for', async () => {
    const early = sequence([1, 2], [3, 4], [5, 6]);
    const late = sequence([10], [11]);

    expect(await merged([early, late], 4)).toEqual([1, 2, 3, 4]);

    expect([early.read, late.read]).toEqual([2, 1]);
  });

  test('are not read where nothing is asked for', async () => {
    const one = sequence([1]);

    expect(await merged([one], 0)).toEqual([]);

    expect(one.read).toBe(0);
  });
});
