import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENTRY_HEADER_BYTES, entrySpan, readEntries, sealOf } from '../../runtime/stores/lmdb/journal-entry.ts';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { checkLoad, commitLoad } from './store-load.ts';
import { StoreOwner } from './store-owner.ts';
import { createDirectory } from './temporary-directory.ts';

const JOURNAL = ['journal-0', 'journal-1'] as const;

const load = fc.record({
  sizes: fc.array(fc.oneof(fc.nat(300), fc.nat(30_000)), { minLength: 1, maxLength: 25 }),
  segmentBytes: fc.constantFrom(4_096, 16_384, 65_536, 2 ** 21),
  /** Where the tail of the journal begins that is lost: a part of what its last segment holds. */
  where: fc.double({ min: 0, max: 1, noNaN: true }),
  rest: fc.constantFrom('zeros', 'garbage', 'nothing'),
});

test('of a journal whose tail is lost, a store holds every commit before that', async () => {
  await fc.assert(
    fc.asyncProperty(load, async ({ sizes, segmentBytes, where, rest }) => {
      const [directory, left] = [createDirectory(), createDirectory()];
      const options = { durability: 'relaxed', journalSegmentBytes: segmentBytes } as const;
      const store = openLmdbStore({ ...options, directory });
      try {
        const owner = await StoreOwner.take(store);
        for (const size of sizes) await commitLoad(owner, size);
        for (const file of ['data.mdb', ...JOURNAL]) copyFileSync(join(directory, file), join(left, file));
        const { epoch, holder } = owner.prepare([]);
        const whole = loseTail(left, { seal: sealOf({ partition: 0, epoch, holder, commitNumber: 0 }), where, rest });

        const recovered = openLmdbStore({ ...options, directory: left });

        const found = await checkLoad(recovered).finally(() => recovered.close());
        expect(found).toBe(whole);
      } finally {
        await store.close();
        for (const each of [directory, left]) rmSync(each, { recursive: true });
      }
    }),
    { numRuns: 100 }, // a failure prints its seed and path
  );
});

/** Returns the number of the last commit before what is lost. */
function loseTail(
  directory: string,
  { seal, where, rest }: { seal: ReturnType<typeof sealOf>; where: number; rest: 'zeros' | 'garbage' | 'nothing' },
): number {
  const segments = JOURNAL.map((file) => {
    const bytes = readFileSync(join(directory, file));
    return { file, bytes, entries: readEntries(bytes, seal) };
  });
  const [last] = segments.sort((left, right) => numberOf(right.entries) - numberOf(left.entries));
  if (last === undefined) throw new RangeError('a journal has two segments');
  const lengths = last.entries.map(({ content }) => content.length + ENTRY_HEADER_BYTES);
  const cut = Math.floor(where * lengths.reduce((sum, length) => sum + entrySpan(length), 0));
  const image = rest === 'nothing' ? last.bytes.subarray(0, cut) : Buffer.from(last.bytes);
  image.fill(rest === 'zeros' ? 0 : 0xa5, cut);
  writeFileSync(join(directory, last.file), image);
  let start = 0;
  const lost = lengths.filter((length) => {
    start += entrySpan(length);
    return start - entrySpan(length) + length > cut;
  });
  return numberOf(last.entries) - lost.length;
}

function numberOf(entries: ReturnType<typeof readEntries>): number {
  return entries.at(-1)?.number ?? 0;
}
