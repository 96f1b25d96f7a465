import { type Finding, isCode, type SourceTree } from './source-tree.ts';

const LINES_MAX = 400;

/** `test/unit/core/json.test.ts` tests `core/json.ts`, or a folder `core/json/`; `core/json.fuzz.test.ts` too. */
export function unitTestsHaveTheirSource(tree: SourceTree): readonly Finding[] {
  const paths = [...tree.keys()];
  return paths.flatMap((file) => {
    const tested = /^test\/unit\/(.+?)(?:\.\w+)?\.test\.ts$/.exec(file)?.[1];
    if (tested === undefined) return [];
    if (tree.has(`${tested}.ts`) || paths.some((path) => path.startsWith(`${tested}/`))) return [];
    return [{ file, line: 1, fix: `tests ${tested}.ts, which is not there: move the test to where its source went` }];
  });
}

export function filesAreShort(tree: SourceTree): readonly Finding[] {
  return [...tree].flatMap(([file, text]) => {
    const lines = text.split('\n').length - 1;
    if (!isCode(file) || lines <= LINES_MAX) return [];
    return [{ file, line: LINES_MAX + 1, fix: `has ${lines} lines, ${LINES_MAX} are allowed: make it two concepts` }];
  });
}
