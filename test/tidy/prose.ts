import { posix } from 'node:path';
import { type Finding, isCode, matchesOf, type SourceTree } from './source-tree.ts';

/** These rules plant what they forbid. */
const PLANTED_HERE = /^test\/tidy[./]/;
/** Comparisons may name those who do the same; code and its tests may not: behaviour comes from AWS alone. */
const COMPARISONS = /^(README\.md$|CHANGELOG\.md$|docs\/comparison\.md$|bench\/)/;
const PEER = /\b(?:localstack|moto|stepfunctions-local|floci|ministack)\b/gi;
/** Folders that exist on one machine. */
const MACHINE_PATH = /(?<![\w.$}])\/(?:work|root|tmp|home|Users)\/[\w.-]+/g;
/** But for what is made while the program runs: results, and names that begin with a dot. */
const PATH_IN_PROSE = /`((?:core|runtime|workers|api|cli|bench|test|docs|examples)\/(?!results\/|\.)[\w./-]*)`/g;

export function openEndsNameAnIssue(tree: SourceTree): readonly Finding[] {
  return findIn(
    tree,
    /\b(TODO|FIXME)\b(?!\(#\d+\))/g,
    (file) => !PLANTED_HERE.test(file),
    ([word]) => {
      return `${word} without an issue is forgotten: write ${word}(#123), or do it`;
    },
  );
}

export function pathsAreTheRepositorys(tree: SourceTree): readonly Finding[] {
  return findIn(
    tree,
    MACHINE_PATH,
    (file) => !PLANTED_HERE.test(file),
    ([path]) => {
      return `${path} exists on one machine: use a path of the repository or a temporary directory that is made`;
    },
  );
}

export function peersAreNamedInComparisonsOnly(tree: SourceTree): readonly Finding[] {
  const applies = (file: string): boolean => !PLANTED_HERE.test(file) && !COMPARISONS.test(file);
  return findIn(tree, PEER, applies, ([peer]) => `names ${peer}: behaviour is AWS's; comparisons belong in README.md`);
}

/** Links to files and headings, paths between backticks, and the pages that comments name. */
export function referencesResolve(tree: SourceTree): readonly Finding[] {
  const names = new Set([...tree.keys()].map((path) => posix.basename(path)));
  const exists = (path: string): boolean =>
    tree.has(path) || [...tree.keys()].some((file) => file.startsWith(path.endsWith('/') ? path : `${path}/`));
  const isMarkdown = (file: string): boolean => file.endsWith('.md');
  return [
    ...findIn(tree, /\]\((?!https?:|mailto:)([^)\s]+)\)/g, isMarkdown, ([, target = ''], file) => {
      const [path = '', heading] = target.split('#');
      const linked = path === '' ? file : posix.join(posix.dirname(file), path);
      if (!exists(posix.normalize(linked).replace(/\/$/, ''))) return `links to ${target}, which is not there`;
      const text = tree.get(linked);
      if (heading === undefined || text === undefined || headings(text).has(heading)) return undefined;
      return `links to ${target}, but ${linked} has no such heading`;
    }),
    ...findIn(tree, PATH_IN_PROSE, isMarkdown, ([, path = '']) =>
      exists(path) ? undefined : `names ${path}, which is not there`,
    ),
    ...findIn(
      tree,
      /\b[\w-]+\.md\b/g,
      (file) => isCode(file) && !PLANTED_HERE.test(file),
      ([page]) =>
        names.has(page) ? undefined : `names ${page}, which is not there: say what it says, or name a page of ours`,
    ),
  ];
}

/** The anchors that a Markdown page's headings get. */
function headings(text: string): ReadonlySet<string> {
  const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function findIn(
  tree: SourceTree,
  pattern: RegExp,
  applies: (file: string) => boolean,
  fixOf: (match: RegExpExecArray, file: string) => string | undefined,
): Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of tree) {
    if (!applies(file) || file === 'package-lock.json') continue;
    for (const { match, line } of matchesOf(text, pattern)) {
      const fix = fixOf(match, file);
      if (fix !== undefined) findings.push({ file, line, fix });
    }
  }
  return findings;
}
