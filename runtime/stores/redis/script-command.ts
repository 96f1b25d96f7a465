import { Command } from 'ioredis';

/** A key or a value of a script. */
export type ScriptArgument = string | number | Buffer;

/** `$`, ten digits, and two line ends. */
const FRAME_BYTES_MAX = 15;
/** A UTF-16 unit is three bytes of UTF-8 at most. */
const UNIT_BYTES_MAX = 3;
const CR = 13;
const LF = 10;
const ZERO = 48;

/**
 * EVALSHA or EVAL, written to bytes here. ioredis makes a string and a buffer of every argument and joins them: four
 * times the work where a commit has some hundred arguments. It is told of the first key only, to find the cluster's node.
 */
export class ScriptCommand extends Command {
  readonly #bytes: Buffer;

  /** `text`: the script, or its hash. */
  constructor(
    name: 'evalsha' | 'eval',
    text: string,
    keys: readonly string[],
    values: readonly ScriptArgument[],
    memory: CommandMemory,
  ) {
    super(name, [text, '1', keys[0] ?? ''], { replyEncoding: 'utf8' });
    this.#bytes = writeCommand([[name, text, String(keys.length)], keys, values], memory);
  }

  override toWritable(): Buffer {
    return this.#bytes;
  }

  /** It has been answered: Redis has all of it, and nobody holds its bytes any more. */
  release(memory: CommandMemory): void {
    memory.give(this.#bytes);
  }
}

/** Where commands are written: memory that was used before, for fresh pages cost more than what is written there. */
export class CommandMemory {
  readonly #free: Buffer[] = [];

  take(bytes: number): Buffer {
    const last = this.#free.pop();
    return last !== undefined && last.length >= bytes
      ? last
      : Buffer.allocUnsafeSlow(Math.max(bytes, MEMORY_BYTES_MIN));
  }

  give(used: Buffer): void {
    const whole = Buffer.from(used.buffer);
    if (whole.length <= MEMORY_BYTES_MAX && this.#free.length < MEMORIES_MAX) this.#free.push(whole);
  }
}

/** About a commit of 64 executions. */
const MEMORY_BYTES_MIN = 65_536;
/** What is larger is not kept. */
const MEMORY_BYTES_MAX = 1_048_576;
/** Commands under way at once, about: one for each partition. */
const MEMORIES_MAX = 16;

/** A command as the Redis protocol has it: how many arguments, then each behind its length. */
function writeCommand(parts: readonly (readonly ScriptArgument[])[], memory: CommandMemory): Buffer {
  let count = 0;
  let bytesMax = FRAME_BYTES_MAX;
  for (const part of parts) {
    count += part.length;
    for (const each of part) bytesMax += FRAME_BYTES_MAX + bytesMaxOf(each);
  }
  const bytes = memory.take(bytesMax);
  let end = writeHeader(bytes, 0, '*', count);
  for (const part of parts) {
    for (const each of part) {
      if (typeof each === 'string') end = writeText(bytes, end, each);
      else end = typeof each === 'number' ? writeText(bytes, end, String(each)) : writeBytes(bytes, end, each);
    }
  }
  return bytes.subarray(0, end);
}

function bytesMaxOf(argument: ScriptArgument): number {
  if (typeof argument === 'string') return UNIT_BYTES_MAX * argument.length;
  return typeof argument === 'number' ? NUMBER_BYTES_MAX : argument.length;
}

const NUMBER_BYTES_MAX = 24;

function writeBytes(to: Buffer, at: number, value: Buffer): number {
  const start = writeHeader(to, at, '$', value.length);
  to.set(value, start);
  return writeLineEnd(to, start + value.length);
}

function writeText(to: Buffer, at: number, text: string): number {
  const start = writeHeader(to, at, '$', text.length);
  const written = to.write(text, start);
  // It has characters of several bytes: the length before it was wrong.
  if (written !== text.length) return writeBytes(to, at, Buffer.from(text));
  return writeLineEnd(to, start + written);
}

function writeHeader(to: Buffer, at: number, sign: '*' | '$', length: number): number {
  to[at] = sign.charCodeAt(0);
  let end = at + 1;
  let unit = 1;
  while (unit * 10 <= length) unit *= 10;
  for (; unit >= 1; unit /= 10) to[end++] = ZERO + (Math.floor(length / unit) % 10);
  return writeLineEnd(to, end);
}

function writeLineEnd(to: Buffer, at: number): number {
  to[at] = CR;
  to[at + 1] = LF;
  return at + 2;
}
