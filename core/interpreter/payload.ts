import { isArray, isObject, type Json } from '../json.ts';

/**
 * A JSON value on its way through an execution, and its text: each is made from the other when first asked for, so
 * that a value which only passes through is neither parsed nor printed again.
 *
 * A log stores a payload once. `number` is its place in the log (1 for the first one stored, 0 while it is not in it);
 * a member of a stored payload is stored as a way to it.
 */
export class Payload {
  #text: string | undefined;
  #value: Json | undefined;
  number = 0;
  readonly parent: Payload | undefined;
  readonly key: string | number;

  private constructor(
    text: string | undefined,
    value: Json | undefined,
    parent: Payload | undefined,
    key: string | number,
  ) {
    this.#text = text;
    this.#value = value;
    this.parent = parent;
    this.key = key;
  }

  /** `text` is JSON; it is kept as it is, white space included. */
  static ofText(text: string): Payload {
    return new Payload(text, undefined, undefined, '');
  }

  static ofValue(value: Json): Payload {
    return new Payload(undefined, value, undefined, '');
  }

  /** JSON text together with the value it was parsed to. */
  static of(text: string, value: Json): Payload {
    return new Payload(text, value, undefined, '');
  }

  /** One member of an object or array. The value must be there. */
  static member(parent: Payload, key: string | number): Payload {
    return new Payload(undefined, undefined, parent, key);
  }

  /** Where the log has it: its number, or the way to it from the payload it is a member of. Undefined: nowhere. */
  get stored(): number | readonly (string | number)[] | undefined {
    if (this.number > 0) return this.number;
    const keys: (string | number)[] = [];
    for (let at: Payload = this; at.parent !== undefined; at = at.parent) {
      keys.unshift(at.key);
      if (at.parent.number > 0) return [at.parent.number, ...keys];
    }
    return undefined;
  }

  get value(): Json {
    this.#value ??=
      this.parent === undefined ? JSON.parse(this.#text ?? 'null') : memberOf(this.parent.value, this.key);
    return this.#value as Json; // set the line above; undefined is no JSON value
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.value);
    return this.#text;
  }
}

function memberOf(value: Json, key: string | number): Json {
  if (isArray(value) && typeof key === 'number') return value[key] ?? null;
  if (isObject(value)) return value[key] ?? null;
  return null;
}
