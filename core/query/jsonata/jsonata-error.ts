import { messageTemplate } from './error-messages.ts';

/** What an error's text may name; which of them it does is up to its template. */
export interface ErrorDetails {
  readonly value?: unknown;
  readonly value2?: unknown;
  /** The operator or function at fault. */
  readonly token?: string | undefined;
  /** Which argument, from 1. */
  readonly index?: number;
  readonly type?: string | undefined;
  readonly exp?: unknown;
  readonly functionName?: string;
  readonly message?: string;
}

/**
 * An evaluation that failed, by one of JSONata's codes: letter T for a wrong type, D for anything else at run time.
 * Never leaves core/query: `jsonata.ts` makes a StatesError of it.
 */
export class JsonataError extends Error {
  override readonly name = 'JsonataError';
  readonly code: string;
  readonly #details: ErrorDetails;
  #token: string | undefined;

  constructor(code: string, details: ErrorDetails = {}) {
    super(code);
    this.code = code;
    this.#details = details;
    this.#token = details.token;
  }

  /** The innermost function an error passes through is the one its text names. */
  blame(token: string | undefined): void {
    this.#token ??= token;
  }

  /** `T2001: The left side of the "+" operator must evaluate to a number` */
  describe(): string {
    const details: Record<string, unknown> = { ...this.#details, token: this.#token };
    const text = messageTemplate(this.code)
      .replace(/\[\[(\w+)]]/g, (_, name: string) => String(details[name] ?? ''))
      .replace(/\{\{(\w+)}}/g, (_, name: string) => describeValue(details[name]));
    return `${this.code}: ${text}`;
  }
}

/** How many members an error's text shows of a value. */
const DESCRIBED_MEMBERS_MAX = 100;

/** A value as JSON, or what kind of value it is where that would be too long. */
function describeValue(value: unknown): string {
  if (typeof value === 'number') return String(value);
  let members = 0;
  try {
    const text = JSON.stringify(value, (_, member: unknown) => {
      if (++members > DESCRIBED_MEMBERS_MAX) throw new RangeError('too long to show');
      return member;
    });
    return text ?? String(value);
  } catch {
    return Array.isArray(value) ? '[...]' : '{...}';
  }
}
