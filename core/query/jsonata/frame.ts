import type { Evaluation } from './evaluation.ts';
import type { ObjectValue, Value } from './value.ts';

interface Binding {
  readonly name: string;
  value: Value;
  readonly next: Binding | undefined;
}

/** A scope of variables within an expression: a block's, a function's, or a tuple's. */
export class Frame {
  readonly evaluation: Evaluation;
  readonly #parent: Frame | undefined;
  readonly #tuple: ObjectValue | undefined;
  #bindings: Binding | undefined;

  constructor(evaluation: Evaluation, parent?: Frame, tuple?: ObjectValue) {
    this.evaluation = evaluation;
    this.#parent = parent;
    this.#tuple = tuple;
  }

  child(): Frame {
    return new Frame(this.evaluation, this);
  }

  /** A scope in which the names a tuple binds stand for its values. */
  withTuple(tuple: ObjectValue): Frame {
    return new Frame(this.evaluation, this, tuple);
  }

  bind(name: string, value: Value): void {
    for (let binding = this.#bindings; binding; binding = binding.next) {
      if (binding.name === name) {
        binding.value = value;
        return;
      }
    }
    this.#bindings = { name, value, next: this.#bindings };
  }

  /** The innermost binding of that name in this expression, or undefined if there is none. */
  find(name: string): { readonly value: Value } | undefined {
    let frame: Frame | undefined = this;
    do {
      for (let binding = frame.#bindings; binding; binding = binding.next) {
        if (binding.name === name) return binding;
      }
      const tuple: ObjectValue | undefined = frame.#tuple;
      if (tuple !== undefined && name in tuple) return { value: tuple[name] };
      frame = frame.#parent;
    } while (frame);
    return undefined;
  }
}
