import type { Catcher, ChoiceBranch, Definition, State, StatesBlock, StateType } from './ast.ts';
import { choiceLabel } from './choice-label.ts';

/** A definition as nodes and edges, for pictures of it. States within Parallel and Map stand in groups. */
export interface DefinitionGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  /** `state:Name`, `group:Name/0`, `start:` or `end:` with the group's id: unique within the graph. */
  readonly id: string;
  /** `group`: a branch or an item processor, which its Parallel or Map is the `parent` of. */
  readonly kind: 'start' | 'end' | 'state' | 'group';
  /** The state's name; `Branch 1`; `Item processor`. */
  readonly label: string;
  readonly type?: StateType;
  /** Id of the group, or of a group's state, that this node is drawn in; absent at the top. */
  readonly parent?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'start' | 'next' | 'choice' | 'default' | 'catch' | 'end';
  /** Of a choice its condition, of a catch its error names. */
  readonly label?: string;
}

interface Draft {
  readonly nodes: GraphNode[];
  readonly edges: GraphEdge[];
}

/** Draws what `validateDefinition` found no error in. Nodes come in the order of the definition, containers first. */
export function definitionGraph(definition: Definition): DefinitionGraph {
  const draft: Draft = { nodes: [], edges: [] };
  addBlock(definition, undefined, draft);
  return draft;
}

function addBlock(block: StatesBlock, parent: string | undefined, draft: Draft): void {
  const inside = parent === undefined ? {} : { parent };
  const start = `start:${parent ?? ''}`;
  const end = `end:${parent ?? ''}`;
  draft.nodes.push({ id: start, kind: 'start', label: 'Start', ...inside });
  draft.edges.push({ from: start, to: stateId(block.StartAt), kind: 'start' });
  for (const [name, state] of Object.entries(block.States)) {
    draft.nodes.push({ id: stateId(name), kind: 'state', label: name, type: state.Type, ...inside });
    draft.edges.push(...edgesOf(name, state, end));
    addGroups(name, state, draft);
  }
  draft.nodes.push({ id: end, kind: 'end', label: 'End', ...inside });
}

function stateId(name: string): string {
  return `state:${name}`;
}

function addGroups(name: string, state: State, draft: Draft): void {
  const add = (block: StatesBlock, i: number, label: string): void => {
    const id = `group:${name}/${i}`;
    draft.nodes.push({ id, kind: 'group', label, parent: stateId(name) });
    addBlock(block, id, draft);
  };
  if (state.Type === 'Parallel') {
    for (const [i, branch] of state.Branches.entries()) add(branch, i, `Branch ${i + 1}`);
  } else if (state.Type === 'Map') {
    const processor = state.ItemProcessor ?? state.Iterator;
    if (processor !== undefined) add(processor, 0, 'Item processor');
  }
}

function edgesOf(name: string, state: State, end: string): readonly GraphEdge[] {
  const from = stateId(name);
  switch (state.Type) {
    case 'Choice':
      return [
        ...state.Choices.map((rule) => choiceEdge(from, rule)),
        ...(state.Default === undefined ? [] : [{ from, to: stateId(state.Default), kind: 'default' } as const]),
      ];
    case 'Succeed':
    case 'Fail':
      return [{ from, to: end, kind: 'end' }];
    default: {
      const onward: GraphEdge =
        state.Next === undefined ? { from, to: end, kind: 'end' } : { from, to: stateId(state.Next), kind: 'next' };
      const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
      return [onward, ...catchers.map((catcher) => catchEdge(from, catcher))];
    }
  }
}

function choiceEdge(from: string, rule: ChoiceBranch): GraphEdge {
  return { from, to: stateId(rule.Next), kind: 'choice', label: choiceLabel(rule) };
}

function catchEdge(from: string, catcher: Catcher): GraphEdge {
  return { from, to: stateId(catcher.Next), kind: 'catch', label: catcher.ErrorEquals.join(', ') };
}
