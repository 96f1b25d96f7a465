import { InvalidArgumentError } from 'commander';
import { byteSize } from '../core/byte-size.ts';

/** `500MB`, `2GB`, `1.5GiB` in bytes. */
export function parseByteSize(text: string): number {
  const bytes = byteSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('That is a size such as 500MB, 2GB or 1.5GiB.');
  return bytes;
}
