import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesAreShort, unitTestsHaveTheirSource } from './tidy/layout.ts';
import {
  openEndsNameAnIssue,
  pathsAreTheRepositorys,
  peersAreNamedInComparisonsOnly,
  referencesResolve,
} from './tidy/prose.ts';
import { type Finding, type Rule, readSourceTree } from './tidy/source-tree.ts';
import { errorsOnThePageExist, tablesAreComplete } from './tidy/tables.ts';
import { chanceComesFromTheHost, timeComesFromTheClock } from './tidy/time-and-chance.ts';

/** The conventions that no tool checks (CONTRIBUTING.md), each held against this tree and against a planted breach. */
const RULES: readonly Rule[] = [
  unitTestsHaveTheirSource,
  filesAreShort,
  timeComesFromTheClock,
  chanceComesFromTheHost,
  tablesAreComplete,
  errorsOnThePageExist,
  openEndsNameAnIssue,
  pathsAreTheRepositorys,
  peersAreNamedInComparisonsOnly,
  referencesResolve,
];

const shown = ({ file, line, fix }: Finding): string => `${file}:${line} ${fix}`;

describe('this repository', () => {
  const tree = readSourceTree(join(import.meta.dirname, '..'));

  test.each(RULES.map((rule) => [rule.name, rule] as const))('keeps the rule %s', (_, rule) => {
    expect(rule(tree).map(shown).join('\n')).toBe('');
  });
});

describe('a rule sees what breaks it:', () => {
  const planted = (rule: Rule, files: { readonly [path: string]: string }): readonly string[] =>
    rule(new Map(Object.entries(files))).map(shown);

  test('a unit test whose source is gone', () => {
    const files = {
      'core/json.ts': '',
      'core/query/base64.ts': '',
      'test/unit/core/json.test.ts': '',
      'test/unit/core/json.fuzz.test.ts': '',
      'test/unit/core/query.test.ts': '',
      'test/unit/core/gone.test.ts': '',
    };

    expect(planted(unitTestsHaveTheirSource, files)).toEqual([
      'test/unit/core/gone.test.ts:1 tests core/gone.ts, which is not there: move the test to where its source went',
    ]);
  });

  test('a file of more than 400 lines', () => {
    const files = {
      'core/full.ts': 'x\n'.repeat(400),
      'core/long.ts': 'x\n'.repeat(401),
      'list.json': 'x\n'.repeat(900),
    };

    expect(planted(filesAreShort, files)).toEqual([
      'core/long.ts:401 has 401 lines, 400 are allowed: make it two concepts',
    ]);
  });

  test.each(['Date.now()', 'new Date()', 'performance.now()', 'process.hrtime()', 'setTimeout(run)'])('%s', (code) => {
    const files = {
      'runtime/partition/partition.ts': `/** Never ${code}. */\nconst now = ${code};\n`,
      'runtime/system-clock.ts': `const now = ${code};\n`,
      'bench/run.ts': `const now = ${code};\n`,
    };

    const findings = planted(timeComesFromTheClock, files);

    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(/^runtime\/partition\/partition\.ts:2 .*: take the time from the message or the Clock/);
  });

  test.each([`Math.${'random'}()`, 'randomUUID()', 'crypto.getRandomValues(bytes)'])('%s', (code) => {
    const files = {
      'runtime/actor/activation.ts': `const chance = ${code};\n`,
      'runtime/system-random.ts': code.replace(/^Math.*/, ''),
    };

    const findings = planted(chanceComesFromTheHost, files);

    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(/^runtime\/actor\/activation\.ts:1 .*: draw from Host or the Random port/);
  });

  test.each([
    ['state type', 'core/definition/ast.ts', "  readonly Type: 'Leap';\n"],
    ['kind of event', 'core/history/event-kind.ts', '  Leap: 36,\n'],
    ['effect', 'core/interpreter/effects.ts', "  | { readonly type: 'Leap' };\n"],
    ['error of the API', 'api/service-error.ts', 'export class Leap extends ServiceError {}\n'],
    ['action', 'api/actions/registry.ts', '    Leap: leap,\n'],
  ])('a new %s that its tables do not have', (what, file, text) => {
    const findings = planted(tablesAreComplete, { [file]: text });

    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) expect(finding).toContain(`${file}:1 the ${what} Leap is not in `);
  });

  test('an error that its page does not explain', () => {
    const files = {
      'core/interpreter/leap.ts': "\nthrow new StatesError('States.Leap', reason);\n",
      'workers/functions/leap.ts': "return serviceFailure('LeapException', message, details);\n",
      'docs/errors.md': '| `States.Timeout` | Slow. | Wait. |\n',
    };

    expect(planted(tablesAreComplete, files)).toEqual([
      'core/interpreter/leap.ts:2 the error of executions States.Leap is not in docs/errors.md: add «| `States.Leap`»',
      "workers/functions/leap.ts:1 the error of Lambda's API Lambda.LeapException is not in docs/errors.md: add «| `Lambda.LeapException`»",
    ]);
  });

  test('an explained error that nothing raises', () => {
    const files = {
      'api/service-error.ts': 'export class InvalidArn extends ServiceError {}\n',
      'docs/errors.md': '| `InvalidArn` | Bad. | Better. |\n| `Leap` | Far. | Near. |\n',
    };

    expect(planted(errorsOnThePageExist, files)).toEqual(['docs/errors.md:2 Leap is raised nowhere: take its row out']);
  });

  test('an open end without an issue', () => {
    const files = { 'core/json.ts': '// TODO(#12) later\n// TODO later\n// FIXME\n' };

    expect(planted(openEndsNameAnIssue, files)).toEqual([
      'core/json.ts:2 TODO without an issue is forgotten: write TODO(#123), or do it',
      'core/json.ts:3 FIXME without an issue is forgotten: write FIXME(#123), or do it',
    ]);
  });

  test('a path that exists on one machine', () => {
    const files = { 'docs/run.md': 'node /tmp/show.mjs\nhttp://example.org/work/x src/home/page\n' };

    expect(planted(pathsAreTheRepositorys, files)).toEqual([
      'docs/run.md:1 /tmp/show.mjs exists on one machine: use a path of the repository or a temporary directory that is made',
    ]);
  });

  test('a peer named where nothing is compared', () => {
    const files = { 'core/json.ts': '// as LocalStack does\n// a motor\n', 'README.md': 'Faster than LocalStack.\n' };

    expect(planted(peersAreNamedInComparisonsOnly, files)).toEqual([
      "core/json.ts:1 names LocalStack: behaviour is AWS's; comparisons belong in README.md",
    ]);
  });

  test.each([
    ['[to a file](gone.md)', 'links to gone.md, which is not there'],
    ['[to a heading](errors.md#gone)', 'links to errors.md#gone, but docs/errors.md has no such heading'],
    ['[to itself](#gone)', 'links to #gone, but docs/page.md has no such heading'],
    ['`core/gone.ts` decides', 'names core/gone.ts, which is not there'],
  ])('a reference that resolves to nothing: %s', (text, fix) => {
    const resolving = '[a](errors.md#what-it-is) [b](../core/) [c](https://example.org) `core/json.ts`\n';
    const files = { 'docs/page.md': `${resolving}${text}\n`, 'docs/errors.md': '## What it is\n', 'core/json.ts': '' };

    expect(planted(referencesResolve, files)).toEqual([`docs/page.md:2 ${fix}`]);
  });

  test('a comment that names a page which is not there', () => {
    const files = { 'core/json.ts': '// see errors.md\n// see plan.md\n', 'docs/errors.md': '' };

    expect(planted(referencesResolve, files)).toEqual([
      'core/json.ts:2 names plan.md, which is not there: say what it says, or name a page of ours',
    ]);
  });
});
