import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function createDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'redstep-store-'));
}
