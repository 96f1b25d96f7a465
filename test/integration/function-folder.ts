import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { waitUntil } from '../redis/wait-until.ts';

/**
 * A folder of functions for processes to host; it goes when the test has ended. What functions do they write to a ledger in
 * it, `note(…)`, and they can wait until the test lets them go on, `await until('name')`.
 */
export class FunctionFolder {
  readonly path: string;

  /** Bodies of handlers, by name: `return event.n`, with `context` besides. */
  constructor(functions: Readonly<Record<string, string>>) {
    this.path = mkdtempSync(join(tmpdir(), 'redstep-functions-'));
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
    mkdirSync(join(this.path, 'lib')); // what lies deeper is no function
    writeFileSync(join(this.path, 'lib/ledger.cjs'), LEDGER);
    for (const [name, body] of Object.entries(functions)) {
      const text = `import { note, until } from './lib/ledger.cjs';
        export const handler = async (event, context) => { ${body} };`;
      writeFileSync(join(this.path, `${name}.mjs`), text);
    }
  }

  /** What functions have written, line by line. */
  ledger(): string[] {
    const path = join(this.path, 'ledger');
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  }

  /** The ledger, once it has so many lines. */
  async noted(count: number): Promise<string[]> {
    await waitUntil(`${count} lines in the ledger`, () => this.ledger().length >= count, 60_000);
    return this.ledger();
  }

  /** Lets go on what waits for this name. */
  signal(name: string): void {
    writeFileSync(join(this.path, `signal-${name}`), '');
  }
}

const LEDGER = `
const { appendFileSync, existsSync } = require('node:fs');
const { join } = require('node:path');
exports.note = (...words) => appendFileSync(join(__dirname, '../ledger'), words.join(' ') + '\\n');
exports.until = async (name) => {
  while (!existsSync(join(__dirname, '../signal-' + name))) await new Promise((resolve) => setTimeout(resolve, 5));
};
`;
