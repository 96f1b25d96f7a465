import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LiveView, openLiveView } from '../../../../cli/live/live-view.ts';
import type { HistoryEvent } from '../../../../core/history/history-event.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 10_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A view on a stream that only remembers, and how to tell it events. */
function setup({ isTTY, rows = 24 }: { isTTY: boolean; rows?: number }) {
  const written: string[] = [];
  const stream = { isTTY, rows, columns: 60, write: (text: string) => written.push(text) };
  // The view uses no more of a stream than this.
  const view: LiveView = openLiveView(stream as unknown as NodeJS.WriteStream);
  let id = 0;
  const tell = (type: string, details: HistoryEvent['details'] = {}): void => {
    view.event({ id: ++id, previousEventId: id - 1, timestampMs: 10_000, type, detailsName: undefined, details });
  };
  return { view, tell, written };
}

const plain = (text: string): string => text.replace(new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g'), '');

test('without a terminal each state that ends is a line', () => {
  const { tell, written } = setup({ isTTY: false });

  tell('ExecutionStarted');
  tell('PassStateEntered', { name: 'A' });
  tell('PassStateExited', { name: 'A' });

  expect(written).toEqual(['  ✓ A  Pass  0 ms\n']);
});

test('without a terminal a failed attempt is a line, with its reason in short', () => {
  const { tell, written } = setup({ isTTY: false });

  tell('TaskStateEntered', { name: 'A' });
  tell('LambdaFunctionScheduled');
  tell('LambdaFunctionFailed', { error: 'Timeout', cause: '{"errorMessage":"no answer","trace":["x"]}' });

  expect(written).toEqual(['  ! A attempt 1 failed: Timeout: no answer\n']);
});

test('on a terminal the picture is drawn over the one before', () => {
  const { view, tell, written } = setup({ isTTY: true });

  tell('WaitStateEntered', { name: 'A' });
  vi.advanceTimersByTime(100);
  tell('WaitStateExited', { name: 'A' });
  view.close();

  expect(plain(written[0] ?? '')).toMatch(/^ {2}◌ A .*100 ms *\n$/);
  expect(written[1]?.startsWith('\x1b[1A\x1b[0J')).toBe(true);
  expect(plain(written[1] ?? '')).toMatch(/✓ A .*0 ms *\n$/);
});

test('on a terminal what functions print stands above the picture', () => {
  const { view, tell, written } = setup({ isTTY: true });
  tell('WaitStateEntered', { name: 'A' });
  vi.advanceTimersByTime(100);

  view.log('hello');

  expect(written[1]).toBe('\x1b[1A\x1b[0Jhello\n');
  expect(plain(written[2] ?? '')).toMatch(/^ {2}◌ A/);
  view.close();
});

test('a picture higher than the terminal shows its last lines until the end, and then all', () => {
  const { view, tell, written } = setup({ isTTY: true, rows: 6 });
  for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) {
    tell('PassStateEntered', { name });
    tell('PassStateExited', { name });
  }

  vi.advanceTimersByTime(100);
  view.close();

  expect(written[0]?.trim().split('\n')).toHaveLength(4);
  expect(plain(written[0] ?? '')).toMatch(/^ {2}…\n {2}✓ D/);
  expect(plain(written[1] ?? '')).toContain('✓ A');
});
