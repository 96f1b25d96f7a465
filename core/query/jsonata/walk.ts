import { JsonataSyntaxError, type Node, type Stage } from './syntax.ts';

/** The nodes directly below a node, in the order they are written, stages and groups included. */
export function childrenOf(node: Node): readonly Node[] {
  return [...ownChildren(node), ...filters(node.predicate), ...filters(node.stages), ...(node.group?.lhs.flat() ?? [])];
}

function filters(stages: readonly Stage[] = []): Node[] {
  return stages.flatMap((stage) => (stage.type === 'filter' ? [stage.expr] : []));
}

function ownChildren(node: Node): readonly Node[] {
  switch (node.type) {
    case 'path':
      return node.steps;
    case 'binary':
    case 'apply':
      return [node.lhs, node.rhs];
    case 'bind':
      return [node.rhs];
    case 'unary':
      if (node.value === '-') return [node.expression];
      return node.value === '[' ? node.expressions : node.lhs.flat();
    case 'condition':
      return node.else === undefined ? [node.condition, node.then] : [node.condition, node.then, node.else];
    case 'block':
      return node.expressions;
    case 'function':
      return [node.procedure, ...node.arguments];
    case 'partial':
      return [node.procedure, ...node.arguments.filter((argument) => argument.type !== 'operator')];
    case 'lambda':
      return [node.body];
    case 'transform':
      return node.delete === undefined ? [node.pattern, node.update] : [node.pattern, node.update, node.delete];
    case 'sort':
      return node.terms.map((term) => term.expression);
    default:
      return [];
  }
}

/** Deepest tree that is compiled. Ours: keeps compiling and evaluating it within the stack. */
const HEIGHT_MAX = 400;

/** Levels of a tree. @throws {JsonataSyntaxError} past HEIGHT_MAX. */
export function heightOf(node: Node, above = 0): number {
  if (above >= HEIGHT_MAX) throw new JsonataSyntaxError('Expression nested too deeply', node.position ?? 0);
  let height = 0;
  for (const child of childrenOf(node)) height = Math.max(height, heightOf(child, above + 1));
  return height + 1;
}

/** Names that the expression itself gives to values: `:=`, parameters, `@`, `#`, and the parser's labels for `%`. */
export function boundNames(node: Node, names: Set<string> = new Set()): ReadonlySet<string> {
  if (node.type === 'bind') names.add(node.lhs.value);
  if (node.type === 'lambda') for (const parameter of node.arguments) names.add(parameter.value);
  if (node.focus !== undefined) names.add(node.focus);
  if (node.index !== undefined) names.add(node.index);
  if (node.ancestor !== undefined) names.add(node.ancestor.label);
  for (const stage of node.stages ?? []) if (stage.type === 'index') names.add(stage.value);
  for (const child of childrenOf(node)) boundNames(child, names);
  return names;
}

/** Whether a `:=` stands anywhere in a tree. */
export function binds(node: Node): boolean {
  return node.type === 'bind' || childrenOf(node).some(binds);
}
