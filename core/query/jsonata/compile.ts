import { compileBinary } from './binary.ts';
import { compileApply, compileCall, compileLambda, compilePartial } from './call.ts';
import type { Compiler, Evaluate } from './compiler.ts';
import {
  compileArray,
  compileBind,
  compileBlock,
  compileCondition,
  compileName,
  compileNegation,
} from './expressions.ts';
import { compileFilter } from './filter.ts';
import { compileGroup } from './group.ts';
import { compilePath, unwrapKeeping } from './path.ts';
import { linearRegex, regexFunction } from './regex.ts';
import { compileStates, startAtStates } from './states-variable.ts';
import type { Node } from './syntax.ts';
import { compileTransform } from './transform.ts';
import { compileVariable } from './variable.ts';
import { boundNames, heightOf } from './walk.ts';
import { descendants, wildcard } from './wildcard.ts';

/** Turns a tree into closures. Whatever can be decided without data is decided here. */
export function compileTree(root: Node): Evaluate {
  heightOf(root); // first: it refuses what the others could not walk
  const bound = boundNames(root);
  const compiler: Compiler = {
    compile: (node) => compileNode(node, compiler),
    heightOf,
    isBound: (name) => bound.has(name),
  };
  return compiler.compile(root);
}

function compileNode(node: Node, compiler: Compiler): Evaluate {
  let evaluate = compileBare(node, compiler);
  if (node.type === 'path') return evaluate;
  for (const stage of node.predicate ?? []) {
    if (stage.type !== 'filter') continue;
    const filter = compileFilter(stage.expr, compiler);
    const unfiltered = evaluate;
    evaluate = (input, frame) => filter(unfiltered(input, frame), frame);
  }
  if (node.group) {
    const group = compileGroup(node.group, compiler);
    const ungrouped = evaluate;
    evaluate = (input, frame) => group(ungrouped(input, frame), frame);
  }
  if (!node.predicate && !makesSequence(node)) return evaluate;
  const { keepArray } = node;
  return (input, frame) => unwrapKeeping(evaluate(input, frame), keepArray);
}

function makesSequence(node: Node): boolean {
  switch (node.type) {
    case 'binary':
      return node.value === '..';
    case 'string':
    case 'number':
    case 'value':
    case 'unary':
    case 'regex':
    case 'lambda':
    case 'transform':
      return false;
    default:
      return true;
  }
}

function compileBare(node: Node, compiler: Compiler): Evaluate {
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value': {
      const { value } = node;
      return () => value;
    }
    case 'path':
      return compilePath(startAtStates(node, compiler), compiler);
    case 'states':
      return compileStates(node);
    case 'name':
      return compileName(node.value);
    case 'variable':
      return compileVariable(node.value, compiler);
    case 'binary':
      return compileBinary(node, compiler);
    case 'unary':
      if (node.value === '{') return compileGroup(node, compiler);
      return node.value === '[' ? compileArray(node, compiler) : compileNegation(node, compiler);
    case 'condition':
      return compileCondition(node, compiler);
    case 'block':
      return compileBlock(node, compiler);
    case 'bind':
      return compileBind(node, compiler);
    case 'function':
      return compileCall(node, compiler);
    case 'partial':
      return compilePartial(node, compiler);
    case 'lambda':
      return compileLambda(node, compiler);
    case 'apply':
      return compileApply(node, compiler);
    case 'transform':
      return compileTransform(node, compiler);
    case 'regex': {
      const regex = linearRegex(node.value);
      return () => regexFunction(regex);
    }
    case 'parent':
      return (_, frame) => frame.find(node.slot.label)?.value;
    case 'wildcard':
      return wildcard;
    case 'descendant':
      return descendants;
    case 'sort':
      // Only ever a step of a path, which compiles it itself.
      return (input) => input;
  }
}
