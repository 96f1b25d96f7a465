import type { HistoryEvent } from '../../core/history/history-event.ts';
import { colorsOf } from '../output.ts';
import { type Change, ExecutionTree } from './execution-tree.ts';
import { changeLine, treeLines } from './tree-lines.ts';

/** Shows on standard error how an execution gets on. */
export interface LiveView {
  event(event: HistoryEvent): void;
  /** A line from elsewhere: a function's output, a warning. */
  log(text: string): void;
  /** Draws the last picture and leaves it there. */
  close(): void;
}

/** In place on a terminal, else line by line. */
export function openLiveView(stream: NodeJS.WriteStream): LiveView {
  return stream.isTTY === true ? new TerminalView(stream) : new LineView(stream);
}

/** A line for each state that ends, attempt that fails, and wait for somebody outside. */
class LineView implements LiveView {
  readonly #stream: NodeJS.WriteStream;
  readonly #tree = new ExecutionTree();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  event(event: HistoryEvent): void {
    const change: Change | undefined = this.#tree.apply(event);
    const line = change === undefined ? undefined : changeLine(change, colorsOf(this.#stream));
    if (line !== undefined) this.log(line);
  }

  log(text: string): void {
    this.#stream.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  close(): void {}
}

const REDRAW_MS = 100;
/** Lines of the terminal left free below the picture. */
const ROWS_FREE = 2;

/** The whole tree, drawn over itself. What no longer fits scrolls out at the end only. */
class TerminalView implements LiveView {
  readonly #stream: NodeJS.WriteStream;
  /** As it is now: later it may be captured, for this view to print. */
  readonly #write: (text: string) => void;
  readonly #tree = new ExecutionTree();
  #rows = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#write = stream.write.bind(stream);
    this.#timer = setInterval(() => this.#draw(false), REDRAW_MS);
    this.#timer.unref();
  }

  event(event: HistoryEvent): void {
    this.#tree.apply(event);
  }

  log(text: string): void {
    this.#write(`${this.#erase()}${text.endsWith('\n') ? text : `${text}\n`}`);
    this.#rows = 0;
    if (this.#timer !== undefined) this.#draw(false);
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#draw(true);
  }

  #draw(last: boolean): void {
    // Terminals that do not know their size say 0.
    const columns = this.#stream.columns || 80;
    const rows = this.#stream.rows || 24;
    const lines = treeLines(this.#tree, { nowMs: Date.now(), columns, colors: colorsOf(this.#stream) });
    const room = Math.max(3, rows - ROWS_FREE);
    const shown = last || lines.length <= room ? lines : ['  …', ...lines.slice(1 - room)];
    this.#write(`${this.#erase()}${shown.map((line) => `${line}\n`).join('')}`);
    this.#rows = shown.length;
  }

  #erase(): string {
    return this.#rows === 0 ? '' : `\x1b[${this.#rows}A\x1b[0J`;
  }
}
