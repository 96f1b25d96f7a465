import { join } from 'node:path';
import type { Lease } from '../../ports/store.ts';
import { flushDirectory } from './flush-directory.ts';
import { type EntrySeal, entrySpan, type JournalEntry, readEntries, sealEntry, sealOf } from './journal-entry.ts';
import { JournalSegment } from './journal-segment.ts';

const FILES = ['journal-0', 'journal-1'] as const;

export interface JournalOptions {
  readonly directory: string;
  /** Length of each of the two files. An entry that is longer makes its file grow for as long as it is needed. */
  readonly segmentBytes: number;
  /** `append` resolves when the entry is on disk; false: when the system has it. */
  readonly isFlushed: boolean;
  /** Entries up to this length are flushed on this thread, longer ones on another. */
  readonly flushHereBytesMax: number;
}

/** Commits between others that are there are gone: the files of a directory are not of one time. */
export class JournalBroken extends Error {
  override readonly name = 'JournalBroken';
}

/**
 * The commits that are not in LMDB yet, each written with one flush. Two segments take turns:
 *
 *     append … append ──► turn ──► append … append ──► turn ──► append …
 *     (one segment)                (the other)                  (the first, over what was there)
 *
 * Whoever calls `turn` has seen to it that what the other segment holds is in LMDB, durably.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #segments: readonly JournalSegment[];
  #current: JournalSegment;
  #position = 0;
  #seal: EntrySeal = { checksum: 0 };
  /** A flush has failed: nobody knows what of it is on disk, so nothing may follow it. */
  #failure: { readonly error: unknown } | undefined;

  constructor(options: JournalOptions) {
    const { directory, segmentBytes, isFlushed } = options;
    const make = (file: string): JournalSegment => new JournalSegment(join(directory, file), segmentBytes);
    this.#options = options;
    this.#current = make(FILES[0]);
    this.#segments = [this.#current, make(FILES[1])];
    if (!isFlushed) return;
    for (const segment of this.#segments) segment.flushMade();
    flushDirectory(directory);
  }

  /**
   * The commits of a lease behind `lease.commitNumber`, in order, up to the first that is not whole: it was being written
   * when the process or the machine stopped.
   *
   * @throws {JournalBroken}
   */
  read(lease: Lease): readonly JournalEntry[] {
    const seal = sealOf(lease);
    const entries = this.#segments
      .flatMap((segment) => readEntries(segment.read(), seal))
      .filter(({ number }) => number > lease.commitNumber)
      .sort((left, right) => left.number - right.number);
    for (const [i, { number }] of entries.entries()) {
      const expected = lease.commitNumber + 1 + i;
      if (number === expected) continue;
      throw new JournalBroken(
        `${this.#options.directory} has commit ${number} in its journal, and neither there nor in data.mdb commit ` +
          `${expected}: restore all files of the directory from one backup`,
      );
    }
    return entries;
  }

  /** Begins anew for the commits of a lease: all that the journal holds is in LMDB. */
  begin(lease: Lease): void {
    this.#seal = sealOf(lease);
    this.#position = 0;
    for (const segment of this.#segments) segment.shrink();
  }

  /** Whether the segment has room for an entry of `length`. An empty one has, for any. */
  hasRoom(length: number): boolean {
    return this.#position === 0 || this.#position + length <= this.#options.segmentBytes;
  }

  /** Goes on in the other segment. */
  turn(): void {
    this.#current = this.#segments.find((segment) => segment !== this.#current) ?? this.#current;
    this.#current.shrink();
    this.#position = 0;
  }

  /** Writes a commit; the first ENTRY_HEADER_BYTES of `entry` are the journal's. After a failed flush each one fails. */
  async append(number: number, entry: Buffer): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    sealEntry(entry, number, this.#seal);
    this.#current.write(entry, this.#position);
    try {
      await this.#flush(entry.length);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
    this.#position += entrySpan(entry.length);
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  #flush(length: number): Promise<void> | undefined {
    const { isFlushed, flushHereBytesMax } = this.#options;
    if (!isFlushed) return undefined;
    if (length > flushHereBytesMax) return this.#current.flushAside();
    this.#current.flushHere();
    return undefined;
  }
}
