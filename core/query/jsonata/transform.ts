import { setMember } from '../../json.ts';
import type { Compiler, Evaluate } from './compiler.ts';
import { copyDeep } from './copy.ts';
import type { Evaluation } from './evaluation.ts';
import { JsonataError } from './jsonata-error.ts';
import { parseSignature } from './signature.ts';
import type { TransformNode } from './syntax.ts';
import { type FreshObject, isArray, isObject, type Value } from './value.ts';

const SIGNATURE = parseSignature('<(oa):o>');

/** `|pattern|update,delete|`: a function that returns a copy of its argument, changed where the pattern points. */
export function compileTransform(node: TransformNode, compiler: Compiler): Evaluate {
  const pattern = compiler.compile(node.pattern);
  const update = compiler.compile(node.update);
  const deletion = node.delete && compiler.compile(node.delete);
  return (_, frame) => {
    const transform = (args: readonly Value[], input: Value, evaluation: Evaluation): Value => {
      const [original] = SIGNATURE.validate(args, input);
      if (original === undefined) return undefined;
      // A pattern may point outside the copy, at data that is shared: that stays as it is.
      const writable = new Map<Value, FreshObject>();
      const copy = copyDeep(original, evaluation, writable);
      const matches = pattern(copy, frame);
      for (const match of isArray(matches) ? matches : [matches]) {
        if (match === undefined) continue;
        const target = writable.get(match);
        mergeInto(target, update(match, frame), evaluation);
        if (deletion) deleteFrom(target, deletion(match, frame));
      }
      return copy;
    };
    transform.arity = 1;
    return transform;
  };
}

function mergeInto(target: FreshObject | undefined, update: Value, evaluation: Evaluation): void {
  if (update === undefined) return;
  if (!isObject(update)) throw new JsonataError('T2011', { value: update });
  const names = Object.keys(update);
  evaluation.allocate(names.length);
  if (target) for (const name of names) setMember(target, name, update[name]);
}

function deleteFrom(target: FreshObject | undefined, deletions: Value): void {
  if (deletions === undefined) return;
  for (const name of isArray(deletions) ? deletions : [deletions]) {
    if (typeof name !== 'string') throw new JsonataError('T2012', { value: deletions });
    if (target) delete target[name];
  }
}
