import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text files by their path from the repository's root, `/` between folders. */
export type SourceTree = ReadonlyMap<string, string>;

/** A place that breaks a rule, and how to put it right. */
export interface Finding {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly fix: string;
}

export type Rule = (tree: SourceTree) => readonly Finding[];

/** What is or could be committed: git's files and the new ones that it does not ignore. */
export function readSourceTree(root: string): SourceTree {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const paths = listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Every match of a pattern with the flag `g`, with the line it begins on. */
export function* matchesOf(
  text: string,
  pattern: RegExp,
): Generator<{ readonly match: RegExpExecArray; readonly line: number }> {
  for (const match of text.matchAll(pattern)) {
    yield { match, line: lineAt(text, match.index) };
  }
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

export function isCode(path: string): boolean {
  return /\.[cm]?[tj]sx?$/.test(path);
}
