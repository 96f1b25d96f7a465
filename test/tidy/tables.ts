import { type Finding, lineAt, matchesOf, type SourceTree } from './source-tree.ts';

/** A list that grows: where its names are declared, and what else must know each of them. */
interface Growing {
  readonly what: string;
  readonly declaredIn: RegExp;
  /** Its first group is the name, but for the prefix. */
  readonly declaration: RegExp;
  readonly prefix?: string;
  readonly knownTo: readonly Knower[];
}

interface Knower {
  readonly file: string;
  /** Text of the file that shows that it knows the name. */
  readonly as: (name: string) => string;
}

const INTERPRETER_PAGE: Knower = { file: 'docs/interpreter.md', as: (name) => `| \`${name}\` ` };
const ERRORS_PAGE: Knower = { file: 'docs/errors.md', as: (name) => `| \`${name}\` ` };
const ERROR_ROW = /^\| `([\w.]+)` +\|/gm;

const GROWING: readonly Growing[] = [
  {
    what: 'state type',
    declaredIn: /^core\/definition\/ast\.ts$/,
    declaration: /readonly Type: '(\w+)';/g,
    knownTo: [
      { file: 'core/definition/state-shapes.ts', as: (name) => `\n  ${name}: {` },
      { file: 'core/history/event-kind.ts', as: (name) => `'${name}'` },
      { file: 'core/interpreter/enter-state.ts', as: (name) => `case '${name}':` },
      INTERPRETER_PAGE,
    ],
  },
  {
    what: 'kind of event',
    declaredIn: /^core\/history\/event-kind\.ts$/,
    declaration: /^ {2}([A-Z]\w+): \d+,$/gm,
    knownTo: [INTERPRETER_PAGE],
  },
  {
    what: 'effect',
    declaredIn: /^core\/interpreter\/effects\.ts$/,
    declaration: /readonly type: '(\w+)'/g,
    knownTo: [INTERPRETER_PAGE],
  },
  {
    what: 'error of the API',
    declaredIn: /^api\//,
    declaration: /^export class (\w+) extends ServiceError\b/gm,
    knownTo: [ERRORS_PAGE],
  },
  {
    what: 'error of executions',
    declaredIn: /^(core|runtime|workers|api)\//,
    declaration: /'((?:States|Lambda)\.[A-Z]\w+)'/g,
    knownTo: [ERRORS_PAGE],
  },
  {
    what: "error of Lambda's API",
    declaredIn: /^workers\//,
    declaration: /serviceFailure\('(\w+)'(?![^;]*error: ')/g,
    prefix: 'Lambda.',
    knownTo: [ERRORS_PAGE],
  },
  {
    what: 'error of functions',
    declaredIn: /^workers\//,
    declaration: /'((?:Runtime|Function)\.[A-Z]\w+)'/g,
    knownTo: [ERRORS_PAGE],
  },
  {
    what: 'action',
    declaredIn: /^api\/actions\/registry\.ts$/,
    declaration: /^ {4}([A-Z]\w+): \w+,$/gm,
    knownTo: [{ file: 'docs/api.md', as: (name) => `\`${name}\`` }],
  },
];

/** A new state type, effect, kind of event, error or action is a line in every table that lists its like. */
export function tablesAreComplete(tree: SourceTree): readonly Finding[] {
  return GROWING.flatMap(({ what, knownTo, ...declared }) =>
    [...declarations(tree, declared)].flatMap(([name, { file, line }]) =>
      knownTo
        .filter((knower) => tree.get(knower.file)?.includes(knower.as(name)) !== true)
        .map((knower) => ({
          file,
          line,
          fix: `the ${what} ${name} is not in ${knower.file}: add «${knower.as(name).trim()}»`,
        })),
    ),
  );
}

/** An error that nothing raises any more leaves the page that explains it. */
export function errorsOnThePageExist(tree: SourceTree): readonly Finding[] {
  const raised = new Set(
    GROWING.filter(({ knownTo }) => knownTo.includes(ERRORS_PAGE)).flatMap((errors) => [
      ...declarations(tree, errors).keys(),
    ]),
  );
  const { file } = ERRORS_PAGE;
  return [...matchesOf(tree.get(file) ?? '', ERROR_ROW)]
    .filter(({ match: [, name = ''] }) => !raised.has(name))
    .map(({ match: [, name], line }) => ({ file, line, fix: `${name} is raised nowhere: take its row out` }));
}

/** Names with the place that declares them first. */
function declarations(
  tree: SourceTree,
  { declaredIn, declaration, prefix = '' }: Pick<Growing, 'declaredIn' | 'declaration' | 'prefix'>,
): Map<string, Omit<Finding, 'fix'>> {
  const places = new Map<string, Omit<Finding, 'fix'>>();
  for (const [file, text] of tree) {
    if (!declaredIn.test(file)) continue;
    for (const match of text.matchAll(declaration)) {
      const name = `${prefix}${match[1]}`;
      if (!places.has(name)) places.set(name, { file, line: lineAt(text, match.index) });
    }
  }
  return places;
}
