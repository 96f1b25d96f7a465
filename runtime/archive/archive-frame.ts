import { crc32 } from 'node:zlib';

/**
 * An archive as bytes: a header, then frames.
 *
 *   header  'redstep archive' NL, version (uint16), id (16 bytes)
 *   frame   length of the content (uint32), checksum (uint32), content
 *
 * A frame's checksum covers its content and starts from the one before, the first from the header's: a frame that is
 * altered, missing, twice or in another place is found at once. The last frame is empty: an archive that ends before it
 * was cut. Numbers are big-endian.
 */
const MAGIC = Buffer.from('redstep archive\n');
const VERSION = 1;
const ID_BYTES = 16;
export const HEADER_BYTES: number = MAGIC.length + 2 + ID_BYTES;
export const FRAME_HEADER_BYTES = 8;

/** Why an archive cannot be read. */
export class ArchiveDamaged extends Error {
  override readonly name = 'ArchiveDamaged';
}

/** @param id 32 hexadecimal digits */
export function archiveHeader(id: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt16BE(VERSION, MAGIC.length);
  header.write(id, MAGIC.length + 2, 'hex');
  return header;
}

/** @returns the id. @throws {ArchiveDamaged} it is no archive, or one of a newer version. */
export function readArchiveHeader(header: Buffer): string {
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC))
    throw new ArchiveDamaged('it is no archive of redstep export');
  const version = header.readUInt16BE(MAGIC.length);
  if (version !== VERSION)
    throw new ArchiveDamaged(`it is of version ${version}, and this Redstep reads version ${VERSION}: upgrade it`);
  return header.toString('hex', MAGIC.length + 2);
}

/** The checksums of an archive's frames, one after the other. */
export class FrameChain {
  #checksum: number;

  constructor(header: Buffer) {
    this.#checksum = crc32(header);
  }

  /** The header of the next frame. */
  seal(content: Uint8Array): Buffer {
    const header = Buffer.alloc(FRAME_HEADER_BYTES);
    header.writeUInt32BE(content.length, 0);
    header.writeUInt32BE(this.#next(content), 4);
    return header;
  }

  /** Whether it is the next frame. */
  takes(content: Uint8Array, checksum: number): boolean {
    return this.#next(content) === checksum;
  }

  #next(content: Uint8Array): number {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length, 0);
    this.#checksum = crc32(content, crc32(length, this.#checksum));
    return this.#checksum;
  }
}
