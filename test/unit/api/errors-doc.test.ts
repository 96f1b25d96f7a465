import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const [, api = '', execution = ''] = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').split(/^## /m);

/** Names in the first column of a table. */
function documented(section: string): string[] {
  return [...section.matchAll(/^\| `([\w.]+)` +\|/gm)].map(([, name = '']) => name).sort();
}

/** First groups of a pattern in all sources of some folders, without doubles. */
function inSource(pattern: RegExp, ...folders: string[]): string[] {
  const names = new Set<string>();
  for (const folder of folders) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      for (const [, name = ''] of readFileSync(join(ROOT, folder, file), 'utf8').matchAll(pattern)) names.add(name);
    }
  }
  return [...names].sort();
}

test('docs/errors.md explains every error of the API, and no other', () => {
  expect(documented(api)).toEqual(inSource(/^export class (\w+) extends ServiceError/gm, 'api'));
});

test('docs/errors.md explains every error of an execution, and no other', () => {
  const names = inSource(/'((?:States|Lambda)\.[A-Z]\w+)'/g, 'core', 'runtime', 'workers');

  expect(documented(execution)).toEqual(names);
});
