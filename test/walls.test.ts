import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * What each folder may import is written down for Biome and for the compiler. These tests push at every wall, in a
 * copy of the configuration alone, so that a wall that has gone is noticed.
 */
const ROOT = join(import.meta.dirname, '..');
/** «File … is not listed within the file list of project …» */
const NOT_OF_THE_PROJECT = 'TS6307';
/** «Cannot find name …», and the same with advice to install types. */
const UNKNOWN_NAME = ['TS2304', 'TS2580', 'TS2591'];
const PROJECTS = ['core', 'runtime', 'workers', 'api', 'cli'];

/** Imports that no linter may let pass: folder of the importing file, what it imports. */
const FORBIDDEN_IMPORTS = [
  ['core', '../runtime/engine.ts'],
  ['core', '../../runtime/ports/clock.ts'],
  ['core', '../workers/task-handler.ts'],
  ['core', '../api/router.ts'],
  ['core', '../cli/main.ts'],
  ['core', '../console/src/main.tsx'],
  ['core', '../app.ts'],
  ['core', '../config.ts'],
  ['core', '../test/planted.ts'],
  ['core', 'node:fs'],
  ['core', 'fs'],
  ['core', 'lmdb'],
  ['core', '@aws-sdk/client-sfn'],
  ['runtime', '../workers/task-handler.ts'],
  ['runtime', '../../api/router.ts'],
  ['runtime', '../cli/main.ts'],
  ['runtime', '../app.ts'],
  ['runtime', '../config.ts'],
  ['runtime', '../bench/run.ts'],
  ['runtime', 'commander'],
  ['runtime', 'esbuild'],
  ['workers', '../api/router.ts'],
  ['workers', '../cli/main.ts'],
  ['workers', '../app.ts'],
  ['workers', '../config.ts'],
  ['workers', '../runtime/engine.ts'],
  ['workers', '../../runtime/stores/memory/memory-store.ts'],
  ['workers', '../runtime/express/express-runner.ts'],
  ['api', '../workers/task-handler.ts'],
  ['api', '../cli/main.ts'],
  ['api', '../app.ts'],
  ['api', '../runtime/system-clock.ts'],
  ['api', '../../runtime/partition/partition.ts'],
  ['api', '../runtime/stores/lmdb/lmdb-store.ts'],
  ['cli', '../runtime/engine.ts'],
  ['cli', '../../runtime/ports/store.ts'],
  ['cli', '../workers/local-workers.ts'],
  ['cli', '../api/router.ts'],
] as const;

/** Imports that the walls have doors for. */
const ALLOWED_IMPORTS = [
  ['core', './json.ts'],
  ['core', '../definition/ast.ts'],
  ['core', 'jsonata'],
  ['runtime', '../core/json.ts'],
  ['runtime', '../ports/store.ts'],
  ['runtime', 'node:fs'],
  ['runtime', 'lmdb'],
  ['workers', '../core/json.ts'],
  ['workers', '../runtime/ports/task-dispatcher.ts'],
  ['workers', 'node:worker_threads'],
  ['api', '../runtime/engine.ts'],
  ['api', '../../runtime/ports/store.ts'],
  ['api', '../core/arn.ts'],
  ['cli', '../app.ts'],
  ['cli', '../../core/json.ts'],
] as const;

const STATEMENTS = {
  import: (path: string) => `import { planted } from '${path}';\nexport const used: unknown = planted;\n`,
  'type import': (path: string) => `import type { Planted } from '${path}';\nexport type Used = Planted;\n`,
  're-export': (path: string) => `export { planted } from '${path}';\n`,
  'dynamic import': (path: string) => `export const planted = await import('${path}');\n`,
};

/** A directory with this repository's configuration, and of source only the files planted in it. */
function plantedTree(name: string, files: ReadonlyMap<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), `redstep-${name}-`));
  const configuration = ['package.json', 'biome.json', 'tsconfig.base.json'];
  for (const file of [...configuration, ...PROJECTS.map((project) => `${project}/tsconfig.json`)]) {
    cpSync(join(ROOT, file), join(directory, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

/** Lines that a tool of ours prints about a tree. */
function linesOf(directory: string, tool: string, options: readonly string[]): readonly string[] {
  const program = join(ROOT, 'node_modules', tool);
  return spawnSync(process.execPath, [program, ...options], { cwd: directory, encoding: 'utf8' }).stdout.split('\n');
}

describe('the linter', () => {
  const files = new Map<string, string>();
  let directory = '';
  let lines: readonly string[] = [];

  /** Plants a file and gives its path, by which the linter's answer is found. */
  function plant(folder: string, text: string): string {
    const path = `${folder}/planted-${files.size}.ts`;
    files.set(path, text);
    return path;
  }
  const rulesBrokenIn = (path: string): readonly string[] =>
    lines.filter((line) => line.includes(`/${path},`)).map((line) => /title=lint\/([\w/]+)/.exec(line)?.[1] ?? line);

  const importing = ([folder, path]: readonly [string, string]) => ({
    folder,
    path,
    planted: plant(folder, STATEMENTS.import(path)),
  });
  const forbidden = FORBIDDEN_IMPORTS.map(importing);
  const allowed = ALLOWED_IMPORTS.map(importing);
  const statements = Object.entries(STATEMENTS).map(([kind, statement]) => ({
    kind,
    planted: plant('core/definition', statement('../../runtime/engine.ts')),
  }));
  const dates = ['new Date()', 'Date.now()'].map((code) => ({
    code,
    planted: plant('core/interpreter', `export const now = ${code};\n`),
  }));
  const cycle = [
    plant('core', `import { b } from './planted-${files.size + 1}.ts';\nexport const a = () => b;\n`),
    plant('core', `import { a } from './planted-${files.size - 1}.ts';\nexport const b = () => a;\n`),
  ];

  beforeAll(() => {
    directory = plantedTree('lint', files);
    const options = ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none', '.'];
    lines = linesOf(directory, '@biomejs/biome/bin/biome', options);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(forbidden)('refuses $path in $folder/', ({ planted }) => {
    expect(rulesBrokenIn(planted)).toContain('style/noRestrictedImports');
  });

  test.each(allowed)('lets $folder/ import $path', ({ planted }) => {
    expect(rulesBrokenIn(planted)).toEqual([]);
  });

  test.each(statements)('sees a $kind', ({ planted }) => {
    expect(rulesBrokenIn(planted)).toContain('style/noRestrictedImports');
  });

  test.each(dates)('refuses $code in core/', ({ planted }) => {
    expect(rulesBrokenIn(planted)).toEqual(['style/noRestrictedGlobals']);
  });

  test('refuses files that import each other', () => {
    expect(cycle.map(rulesBrokenIn)).toEqual([['suspicious/noImportCycles'], ['suspicious/noImportCycles']]);
  });
});

describe('the compiler', () => {
  const upward = [
    { from: 'core', to: 'runtime' },
    { from: 'runtime', to: 'workers' },
    { from: 'workers', to: 'api' },
    { from: 'api', to: 'workers' },
    { from: 'api', to: 'cli' },
  ];
  const impure = ['process', 'Buffer', 'setTimeout', 'crypto', 'TextEncoder', 'structuredClone', 'atob', 'fetch'];
  const files = new Map<string, string>([
    ...PROJECTS.map((project) => [`${project}/planted.ts`, 'export const planted = 1;\n'] as const),
    ...upward.map(({ from, to }) => [`${from}/uses-${to}.ts`, STATEMENTS.import(`../${to}/planted.ts`)] as const),
    ['workers/uses-runtime.ts', STATEMENTS.import('../runtime/planted.ts')],
    ...impure.map((name) => [`core/names-${name}.ts`, `export const used: unknown = ${name};\n`] as const),
  ]);
  let directory = '';
  let lines: readonly string[] = [];

  const errorsIn = (path: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${path}(`)).map((line) => /error (TS\d+)/.exec(line)?.[1] ?? line);

  beforeAll(() => {
    directory = plantedTree('compile', files);
    lines = linesOf(directory, 'typescript/bin/tsc', ['-b', 'core', 'runtime', 'workers', 'api']);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(upward)('refuses $to/ in $from/', ({ from, to }) => {
    expect(errorsIn(`${from}/uses-${to}.ts`)).toContain(NOT_OF_THE_PROJECT);
  });

  test.each(impure)('does not know %s in core/', (name) => {
    const [error] = errorsIn(`core/names-${name}.ts`);

    expect(UNKNOWN_NAME).toContain(error);
  });

  test('accepts an import down a reference', () => {
    expect(errorsIn('workers/uses-runtime.ts')).toEqual([]);
  });
});
