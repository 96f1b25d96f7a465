import { type FileHandle, open, rm } from 'node:fs/promises';
import { Packr } from 'msgpackr';
import {
  ArchiveDamaged,
  archiveHeader,
  FRAME_HEADER_BYTES,
  FrameChain,
  HEADER_BYTES,
  readArchiveHeader,
} from './archive-frame.ts';
import type { ArchiveItem } from './archive-item.ts';

/** For its owner's eyes: it holds inputs, outputs, and what task tokens are made of. */
const FILE_MODE = 0o600;
/** Written, and read, at a time. */
const BLOCK_BYTES = 2 ** 20;

const packr = new Packr({ useRecords: false, mapsAsObjects: true });

/** An archive that is being written: there is no file of that name before, and none after it was given up. */
export class ArchiveWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #chain: FrameChain;
  #gathered: Uint8Array[];
  #gatheredBytes = 0;

  private constructor(path: string, file: FileHandle, header: Buffer) {
    this.#path = path;
    this.#file = file;
    this.#chain = new FrameChain(header);
    this.#gathered = [header];
  }

  /** @param id 32 hexadecimal digits. @throws Node's error EEXIST: there is such a file. */
  static async create(path: string, id: string): Promise<ArchiveWriter> {
    return new ArchiveWriter(path, await open(path, 'wx', FILE_MODE), archiveHeader(id));
  }

  async add(item: ArchiveItem): Promise<void> {
    await this.#push(packr.pack(item));
  }

  /** Ends the archive; it is on disk when this resolves. */
  async finish(): Promise<void> {
    await this.#push(new Uint8Array());
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
  }

  async giveUp(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #push(content: Uint8Array): Promise<void> {
    this.#gathered.push(this.#chain.seal(content), content);
    this.#gatheredBytes += content.length;
    if (this.#gatheredBytes >= BLOCK_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    await this.#file.writeFile(bytes);
  }
}

/** An archive that has been found whole. */
export interface CheckedArchive {
  readonly path: string;
  /** Random, of this archive. */
  readonly id: string;
}

/** Reads an archive to its end. @throws {ArchiveDamaged} @throws Node's error: the file cannot be read. */
export async function checkArchive(path: string): Promise<CheckedArchive> {
  const { id, contents } = await openArchive(path);
  for (let next = await contents.next(); next.done !== true; ) next = await contents.next();
  return { path, id };
}

/** What an archive has, in its order. @throws {ArchiveDamaged} */
export async function* readArchive({ path }: CheckedArchive): AsyncGenerator<ArchiveItem> {
  const { contents } = await openArchive(path);
  for await (const content of contents) yield packr.unpack(content) as ArchiveItem; // ArchiveWriter packed it
}

interface OpenedArchive {
  readonly id: string;
  /** Of its frames. */
  readonly contents: AsyncGenerator<Buffer>;
}

async function openArchive(path: string): Promise<OpenedArchive> {
  const file = await open(path, 'r');
  try {
    const bytes = new FileBytes(file, (await file.stat()).size);
    const header = await bytes.take(HEADER_BYTES);
    return { id: readArchiveHeader(header), contents: contentsOf(file, bytes, new FrameChain(header)) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* contentsOf(file: FileHandle, bytes: FileBytes, chain: FrameChain): AsyncGenerator<Buffer> {
  try {
    for (;;) {
      const { position } = bytes;
      const header = await bytes.take(FRAME_HEADER_BYTES);
      const length = header.length < FRAME_HEADER_BYTES ? 0 : header.readUInt32BE(0);
      if (header.length < FRAME_HEADER_BYTES || length > bytes.left)
        throw new ArchiveDamaged(`it was cut: its last whole part ends at byte ${position}`);
      const content = await bytes.take(length);
      if (!chain.takes(content, header.readUInt32BE(4)))
        throw new ArchiveDamaged(`what begins at byte ${position} is not as it was written`);
      if (length > 0) yield content;
      else if (bytes.left === 0) return;
      else throw new ArchiveDamaged(`something follows its end, at byte ${bytes.position}`);
    }
  } finally {
    await file.close();
  }
}

/** A file from its beginning to its end, read in blocks. */
class FileBytes {
  readonly #file: FileHandle;
  readonly #size: number;
  #block: Buffer = Buffer.alloc(0);
  position = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  get left(): number {
    return this.#size - this.position;
  }

  /** The next bytes; fewer at the end of the file. They are the caller's. */
  async take(length: number): Promise<Buffer> {
    if (this.#block.length < length) await this.#read(length);
    const taken = this.#block.subarray(0, length);
    this.#block = this.#block.subarray(length);
    this.position += taken.length;
    return taken;
  }

  async #read(length: number): Promise<void> {
    const block = Buffer.allocUnsafe(Math.min(Math.max(length, BLOCK_BYTES), this.left));
    let end = this.#block.copy(block);
    while (end < block.length) {
      const { bytesRead } = await this.#file.read(block, end, block.length - end);
      if (bytesRead === 0) break; // it has become shorter
      end += bytesRead;
    }
    this.#block = block.subarray(0, end);
  }
}
