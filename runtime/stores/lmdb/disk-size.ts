import { statfsSync } from 'node:fs';

/** Bytes of the file system that a directory is on, whoever uses them. */
export function diskBytes(directory: string): number {
  const { blocks, bsize } = statfsSync(directory);
  return blocks * bsize;
}
