import { closeSync, fsyncSync, openSync } from 'node:fs';

/** So that files made in it are found after a power cut. */
export function flushDirectory(directory: string): void {
  if (process.platform === 'win32') return; // which cannot open one, and needs not
  const file = openSync(directory, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
