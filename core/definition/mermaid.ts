import type { DefinitionGraph, GraphEdge, GraphNode } from './graph.ts';

/** Longest text on an edge, in characters; what is left out a reader finds in the definition. */
const LABEL_LENGTH_MAX = 60;

/** The graph as a Mermaid flowchart. Source: mermaid.js.org, "Flowcharts". */
export function mermaid(graph: DefinitionGraph): string {
  const names = new Map(graph.nodes.map(({ id }, i) => [id, `n${i}`]));
  const children = byParent(graph.nodes);
  const lines = ['flowchart TD', ...drawInside(undefined, 1, names, children)];
  for (const edge of graph.edges) lines.push(`  ${drawEdge(edge, names)}`);
  return `${lines.join('\n')}\n`;
}

function byParent(nodes: readonly GraphNode[]): Children {
  const children = new Map<string | undefined, GraphNode[]>();
  for (const node of nodes) {
    const siblings = children.get(node.parent);
    if (siblings === undefined) children.set(node.parent, [node]);
    else siblings.push(node);
  }
  return children;
}

type Names = ReadonlyMap<string, string>;
type Children = ReadonlyMap<string | undefined, readonly GraphNode[]>;

function drawInside(parent: string | undefined, depth: number, names: Names, children: Children): readonly string[] {
  return (children.get(parent) ?? []).flatMap((node) => drawNode(node, depth, names, children));
}

function drawNode(node: GraphNode, depth: number, names: Names, children: Children): readonly string[] {
  const indent = '  '.repeat(depth);
  const name = names.get(node.id) ?? '';
  if (!children.has(node.id)) return [`${indent}${name}${shape(node)}`];
  return [
    `${indent}subgraph ${name} [${quote(node.label)}]`,
    ...drawInside(node.id, depth + 1, names, children),
    `${indent}end`,
  ];
}

function shape({ kind, type, label }: GraphNode): string {
  if (kind === 'start' || kind === 'end') return `([${quote(label)}])`;
  if (type === 'Choice') return `{${quote(label)}}`;
  if (type === 'Wait') return `[/${quote(label)}/]`;
  return type === 'Succeed' || type === 'Fail' ? `([${quote(label)}])` : `[${quote(label)}]`;
}

function drawEdge({ from, to, kind, label }: GraphEdge, names: Names): string {
  const arrow = kind === 'catch' ? '-.->' : '-->';
  const words = kind === 'default' ? 'default' : label;
  const text = words === undefined || words === '' ? '' : `|${quote(shorten(words))}|`;
  return `${names.get(from) ?? ''} ${arrow}${text} ${names.get(to) ?? ''}`;
}

function shorten(label: string): string {
  const characters = [...label];
  return characters.length <= LABEL_LENGTH_MAX ? label : `${characters.slice(0, LABEL_LENGTH_MAX - 1).join('')}…`;
}

/** In quotes Mermaid takes any text but quotes, entities and markup, which it reads as `#name;`. */
function quote(text: string): string {
  const escaped = text.replace(/[#&<>"`]/g, (character) => `#${character.codePointAt(0)};`).replace(/\s+/g, ' ');
  return `"${escaped}"`;
}
