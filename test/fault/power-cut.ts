import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDirectory } from '../store/temporary-directory.ts';

const PAGE_BYTES = 4_096;

/** Pages of a file that are smaller than a sector and come whole: the new one, or the old one. */
const WHOLE_PAGES: Readonly<Record<string, number>> = { 'data.mdb': 2 }; // LMDB's meta pages

/** What a page that was written and not flushed may be when the power is back. */
export type PageFate = 'new' | 'old' | 'torn';

/** The files of a store, and what of them has been flushed. */
export class PowerCut {
  readonly #directory: string;
  readonly #files: readonly string[];
  /** What each file had at the last look, but for pages that were not flushed then: those are of an earlier one. */
  #flushed: readonly Buffer[];

  constructor(directory: string, files: readonly string[]) {
    this.#directory = directory;
    this.#files = files;
    this.#flushed = files.map(() => Buffer.alloc(0));
  }

  /** Looks at the files. Which of them have pages that are not flushed? */
  look(): readonly string[] {
    const unflushed = this.#unflushedPages();
    this.#flushed = this.#images(unflushed, () => 'old');
    return this.#files.filter((_, i) => unflushed[i]?.length !== 0);
  }

  /** A directory as it may be after a power cut now; `fateOf` is asked page by page. */
  imageNow(fateOf: (page: number) => PageFate): string {
    const directory = createDirectory();
    const images = this.#images(this.#unflushedPages(), fateOf);
    for (const [i, file] of this.#files.entries()) writeFileSync(join(directory, file), images[i] ?? '');
    return directory;
  }

  #unflushedPages(): readonly (readonly number[])[] {
    return unflushedPages(this.#files.map((file) => join(this.#directory, file)));
  }

  /**
   * A page that shares its folio of the page cache with one that was written, and did not change, is flushed. (The system
   * may write a page at any time, also one that was not flushed.)
   */
  #images(unflushed: readonly (readonly number[])[], fateOf: (page: number) => PageFate): readonly Buffer[] {
    return this.#files.map((file, i) => {
      const image = readFileSync(join(this.#directory, file));
      const before = this.#flushed[i] ?? Buffer.alloc(0);
      for (const page of unflushed[i] ?? []) {
        const [start, end] = [page * PAGE_BYTES, (page + 1) * PAGE_BYTES];
        if (image.subarray(start, end).equals(before.subarray(start, end))) continue;
        const fate = fateOf(page);
        const isWhole = page < (WHOLE_PAGES[file] ?? 0);
        if (fate === 'old' || (isWhole && fate === 'torn'))
          before.subarray(start, end).copy(image.fill(0, start, end), start);
        else if (fate === 'torn') image.fill(0xa5, start, end);
      }
      return image;
    });
  }
}

function unflushedPages(paths: readonly string[]): readonly (readonly number[])[] {
  const script = fileURLToPath(new URL('./unflushed-pages.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync('python3', [script, ...paths], { encoding: 'utf8' });
  if (status !== 0) throw new RangeError(`unflushed-pages.py: ${stderr}`);
  return JSON.parse(stdout) as number[][]; // the script prints an array for each file
}

/** Whether pages that are not flushed can be told from others here: Linux 6.5, python3, a disk file system. */
export function canSeeFlushes(): boolean {
  const directory = createDirectory();
  const path = join(directory, 'probe');
  const file = openSync(path, 'w');
  try {
    writeSync(file, Buffer.alloc(2 * PAGE_BYTES));
    const written = unflushedPages([path])[0]?.length;
    fsyncSync(file);
    return written !== 0 && unflushedPages([path])[0]?.length === 0;
  } catch {
    return false;
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
}
