/** What stops a text from being JSON, in the words of the parser AWS uses (Jackson). */
export interface JsonProblem {
  readonly kind: 'syntax' | 'depth';
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** A member that an object has twice; `JSON.parse` keeps the last one. */
export interface DuplicateMember {
  readonly name: string;
  /** Of the object: keys and array positions from the root, `['States', 'A', 'Choices', 0]`. */
  readonly path: readonly (string | number)[];
}

export interface JsonScan {
  readonly problem: JsonProblem | undefined;
  readonly duplicates: readonly DuplicateMember[];
}

interface Container {
  readonly isObject: boolean;
  readonly start: number;
  readonly keys: Set<string>;
  /** The member or element being read. */
  current: string | number;
}

/** What the grammar wants next. */
type Wanted = 'value' | 'first-value' | 'first-key' | 'key' | 'colon' | 'comma' | 'nothing';

const SPACE = /[ \t\r\n]*/y;
/** JSON bars only the control characters below U+0020. */
const STRING_BODY = /(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
const STRING = new RegExp(`"${STRING_BODY.source}"`, 'uy');
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const WORD = /[\w$.+-]+/y;
const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null']);
const VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/**
 * Reads a JSON text without building it and without recursion: any text, however deep, is survived. Finds what
 * `JSON.parse` cannot tell: the place of an error, doubled keys, nesting.
 */
export function scanJson(text: string, depthMax: number): JsonScan {
  return new Scanner(text, depthMax).run();
}

class Scanner {
  private readonly text: string;
  private readonly depthMax: number;
  private readonly open: Container[] = [];
  private readonly duplicates: DuplicateMember[] = [];
  private wanted: Wanted = 'value';
  private at = 0;

  constructor(text: string, depthMax: number) {
    this.text = text;
    this.depthMax = depthMax;
  }

  run(): JsonScan {
    let problem: JsonProblem | undefined;
    while (problem === undefined) {
      this.match(SPACE);
      if (this.at >= this.text.length) {
        if (this.wanted !== 'nothing') problem = this.endOfInput();
        break;
      }
      problem = this.token();
    }
    return { problem, duplicates: this.duplicates };
  }

  private token(): JsonProblem | undefined {
    const char = this.text.charAt(this.at);
    switch (this.wanted) {
      case 'nothing':
        return this.unexpected('expected end of input');
      case 'colon':
        if (char !== ':') return this.unexpected('was expecting a colon to separate field name and value');
        return this.take('value');
      case 'comma':
        return this.afterValue(char);
      case 'first-key':
      case 'key':
        if (char === '}' && this.wanted === 'first-key') return this.close();
        return char === '"' ? this.key() : this.unexpected('was expecting double-quote to start field name');
      default:
        if (char === ']' && this.wanted === 'first-value') return this.close();
        return this.value(char);
    }
  }

  private value(char: string): JsonProblem | undefined {
    if (char === '{' || char === '[') {
      if (this.open.length >= this.depthMax) {
        return this.problem('depth', `Document nesting depth exceeds the maximum allowed (${this.depthMax})`, this.at);
      }
      this.open.push({ isObject: char === '{', start: this.at, keys: new Set(), current: 0 });
      return this.take(char === '{' ? 'first-key' : 'first-value');
    }
    if (char === '"') return this.match(STRING) === undefined ? this.badString() : this.valueRead();
    if (this.match(NUMBER) !== undefined) return this.valueRead();
    const start = this.at;
    const word = this.match(WORD);
    if (word === undefined) return this.unexpected(`expected a valid value ${VALUE}`);
    if (LITERALS.has(word)) return this.valueRead();
    return this.problem('syntax', `Unrecognized token '${word.slice(0, 80)}': was expecting ${VALUE}`, start);
  }

  private key(): JsonProblem | undefined {
    const literal = this.match(STRING);
    if (literal === undefined) return this.badString();
    const name = String(JSON.parse(literal));
    const container = this.open.at(-1);
    if (container?.keys.has(name)) {
      this.duplicates.push({ name, path: this.open.slice(0, -1).map((parent) => parent.current) });
    }
    container?.keys.add(name);
    if (container !== undefined) container.current = name;
    this.wanted = 'colon';
    return undefined;
  }

  private afterValue(char: string): JsonProblem | undefined {
    const container = this.open.at(-1);
    const isObject = container?.isObject === true;
    if (char === ',') {
      if (typeof container?.current === 'number') container.current += 1;
      return this.take(isObject ? 'key' : 'value');
    }
    if (char === (isObject ? '}' : ']')) return this.close();
    return this.unexpected(`was expecting comma to separate ${isObject ? 'Object' : 'Array'} entries`);
  }

  private close(): undefined {
    this.open.pop();
    this.at += 1;
    return this.valueRead();
  }

  private valueRead(): undefined {
    this.wanted = this.open.length === 0 ? 'nothing' : 'comma';
    return undefined;
  }

  private take(next: Wanted): undefined {
    this.at += 1;
    this.wanted = next;
    return undefined;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private badString(): JsonProblem {
    this.at += 1;
    this.match(STRING_BODY);
    if (this.at >= this.text.length) return this.problem('syntax', 'Unexpected end-of-input in VALUE_STRING', this.at);
    if (this.text.charAt(this.at) === '\\') {
      const escaped = this.text.charAt(this.at + 1);
      return this.problem('syntax', `Unrecognized character escape ${describe(escaped)}`, this.at);
    }
    const code = this.text.charCodeAt(this.at);
    return this.problem('syntax', `Illegal unquoted character ((CTRL-CHAR, code ${code})): has to be escaped`, this.at);
  }

  private endOfInput(): JsonProblem {
    const container = this.open.at(-1);
    if (container === undefined) return this.problem('syntax', 'No content to map due to end-of-input', this.at);
    const { line, column } = placeOf(this.text, container.start);
    const what = container.isObject ? 'Object' : 'Array';
    const marker = `expected close marker for ${what} (start marker at line: ${line}, column: ${column})`;
    return this.problem('syntax', `Unexpected end-of-input: ${marker}`, this.at);
  }

  private unexpected(expected: string): JsonProblem {
    const character = describe(this.text.charAt(this.at));
    return this.problem('syntax', `Unexpected character (${character}): ${expected}`, this.at);
  }

  private problem(kind: JsonProblem['kind'], message: string, at: number): JsonProblem {
    return { kind, message, ...placeOf(this.text, at) };
  }
}

function describe(char: string): string {
  return `'${char}' (code ${char.codePointAt(0) ?? 0})`;
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
