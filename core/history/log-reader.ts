import { assert } from '../assert.ts';
import { Payload } from '../interpreter/payload.ts';
import { FIELD_COUNT, isNote, KIND } from './event-kind.ts';

/** One place in a turn: a number, a name or text, a payload, or a list of such. */
export type LogValue = number | string | null | readonly (number | string | null)[];

/** One turn as it is stored: id of its first event, its time in ms since the epoch, then entry after entry. */
export type LogTurn = readonly LogValue[];

/** One entry of a turn. The same object is used for all: take out what you keep. */
export interface LogEntry {
  readonly kind: number;
  /** Event id; of a note: that of the next event. */
  readonly id: number;
  readonly afterId: number;
  readonly frameId: number;
  readonly atMs: number;
  number(field: number): number;
  numberOrUndefined(field: number): number | undefined;
  text(field: number): string;
  textOrUndefined(field: number): string | undefined;
  list(field: number): readonly (number | string | null)[];
  payload(field: number): Payload;
  payloadOrUndefined(field: number): Payload | undefined;
  /** The payload's text where it is stored right here; undefined: it stands earlier in the log. */
  inlinePayload(field: number): string | undefined;
  /** A field as it is stored. */
  value(field: number): LogValue;
  /** Payloads that the log has stored up to and with what was read of this entry. */
  readonly payloadCount: number;
}

/** Reads a log from its beginning, turn by turn: payloads are found by the order in which they were stored. */
export class LogReader {
  readonly #payloads: Payload[] = [];

  /** Calls `visit` with each entry of the next turn. Payloads of entries that are skipped must be read all the same. */
  read(turn: LogTurn, visit: (entry: LogEntry) => void): void {
    const entry = new Entry(turn, this.#payloads);
    while (entry.advance()) visit(entry);
  }
}

/** Entries of some turns, notes counted. */
export function countEntries(turns: Iterable<LogTurn>): number {
  let count = 0;
  for (const turn of turns) {
    for (let at = FIRST_ENTRY; at < turn.length; at = nextEntry(turn, at)) count++;
  }
  return count;
}

/** Where in a turn the entry after the one at `at` stands. */
export function nextEntry(turn: LogTurn, at: number): number {
  const kind = numberAt(turn, at);
  const fields = FIELD_COUNT[kind];
  assert(fields !== undefined, `entry kind ${kind} is known to this version`);
  return at + ENTRY_HEAD + fields;
}

/** A turn begins with its first event's id and its time, an entry with its kind, its frame and the event it follows. */
export const FIRST_ENTRY = 2;
export const ENTRY_HEAD = 3;

class Entry implements LogEntry {
  kind = 0;
  id: number;
  afterId = 0;
  frameId = 0;
  atMs: number;
  readonly #turnMs: number;
  /** Entries that follow of a branch's turn, which has a time of its own. */
  #borrowed = 0;
  readonly #turn: LogTurn;
  readonly #payloads: Payload[];
  #nextId: number;
  #at = FIRST_ENTRY;
  #next = FIRST_ENTRY;

  constructor(turn: LogTurn, payloads: Payload[]) {
    this.#turn = turn;
    this.#payloads = payloads;
    this.#nextId = numberAt(turn, 0);
    this.id = this.#nextId;
    this.#turnMs = numberAt(turn, 1);
    this.atMs = this.#turnMs;
  }

  advance(): boolean {
    if (this.#next >= this.#turn.length) return false;
    this.#at = this.#next;
    this.kind = numberAt(this.#turn, this.#at);
    this.frameId = numberAt(this.#turn, this.#at + 1);
    this.afterId = numberAt(this.#turn, this.#at + 2);
    this.#next = nextEntry(this.#turn, this.#at);
    this.id = this.#nextId;
    if (!isNote(this.kind)) this.#nextId++;
    if (this.kind === KIND.BranchTurn) this.#borrow();
    else if (this.#borrowed > 0) this.#borrowed--;
    else this.atMs = this.#turnMs;
    return true;
  }

  #borrow(): void {
    this.atMs = this.number(0);
    this.#borrowed = this.number(1);
  }

  number(field: number): number {
    return numberAt(this.#turn, this.#at + ENTRY_HEAD + field);
  }

  numberOrUndefined(field: number): number | undefined {
    return this.value(field) === null ? undefined : this.number(field);
  }

  text(field: number): string {
    const value = this.value(field);
    assert(typeof value === 'string', `field ${field} of entry kind ${this.kind} is a text`);
    return value;
  }

  textOrUndefined(field: number): string | undefined {
    return this.value(field) === null ? undefined : this.text(field);
  }

  list(field: number): readonly (number | string | null)[] {
    const value = this.value(field);
    assert(typeof value === 'object' && value !== null, `field ${field} of entry kind ${this.kind} is a list`);
    return value;
  }

  get payloadCount(): number {
    return this.#payloads.length;
  }

  payloadOrUndefined(field: number): Payload | undefined {
    return this.value(field) === null ? undefined : this.payload(field);
  }

  inlinePayload(field: number): string | undefined {
    const value = this.value(field);
    return typeof value === 'string' ? value : undefined;
  }

  payload(field: number): Payload {
    const value = this.value(field);
    if (typeof value === 'string') {
      const payload = Payload.ofText(value);
      this.#payloads.push(payload);
      payload.number = this.#payloads.length;
      return payload;
    }
    const [number, ...keys] = typeof value === 'number' ? [value] : (value ?? []);
    const stored = typeof number === 'number' ? this.#payloads[number - 1] : undefined;
    assert(stored !== undefined, `payload ${number} stands earlier in the log`);
    return keys.reduce<Payload>((payload, key) => Payload.member(payload, key ?? ''), stored);
  }

  value(field: number): LogValue {
    return this.#turn[this.#at + ENTRY_HEAD + field] ?? null;
  }
}

function numberAt(turn: LogTurn, at: number): number {
  const value = turn[at];
  assert(typeof value === 'number', `place ${at} of a turn is a number`);
  return value;
}
