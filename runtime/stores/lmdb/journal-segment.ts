import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';

/** For the owner's eyes: it holds what executions were given. */
const FILE_MODE = 0o600;

const flushAside = promisify(fdatasync);

/**
 * A file of the journal, written again and again from its beginning. It is filled when it is made, so that a write
 * changes no metadata and its flush is one write to the disk. What is longer than the file makes it grow, until `shrink`.
 */
export class JournalSegment {
  readonly #path: string;
  readonly #file: number;
  readonly #bytes: number;
  #isLonger: boolean;

  /** Opens the file, or makes it, and sees that it has `bytes`; they are not flushed. */
  constructor(path: string, bytes: number) {
    this.#path = path;
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, FILE_MODE);
    this.#bytes = bytes;
    try {
      const { size } = fstatSync(this.#file);
      this.#isLonger = size > bytes;
      if (size < bytes) this.#writeWhole(Buffer.alloc(bytes - size), size);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  read(): Buffer {
    return readFileSync(this.#path);
  }

  /** Writes all of it, or throws; what is there of it then counts for nothing. */
  write(bytes: Buffer, position: number): void {
    this.#isLonger ||= position + bytes.length > this.#bytes;
    try {
      this.#writeWhole(bytes, position);
    } catch (error) {
      this.shrink();
      throw error;
    }
  }

  /** Flushes content on this thread. */
  flushHere(): void {
    fdatasyncSync(this.#file);
  }

  /** Flushes content on another thread. */
  flushAside(): Promise<void> {
    return flushAside(this.#file);
  }

  /** Flushes the file as it was made. */
  flushMade(): void {
    fsyncSync(this.#file);
  }

  /** Gives back what the file has grown by. */
  shrink(): void {
    if (!this.#isLonger) return;
    ftruncateSync(this.#file, this.#bytes);
    this.#isLonger = false;
  }

  close(): void {
    closeSync(this.#file);
  }

  #writeWhole(bytes: Buffer, position: number): void {
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#file, bytes, written, bytes.length - written, position + written);
    }
  }
}
