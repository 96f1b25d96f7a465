import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LastChances } from '../../../../workers/queue/last-chances.ts';

// node:timers/promises has no fake: the trial's end is turned by hand here.
vi.mock('node:timers/promises', () => ({ setTimeout: trial }));

let endTrial: () => void = () => undefined;

function trial(_ms: number, _value: undefined, { signal }: { signal: AbortSignal }): Promise<void> {
  return new Promise((resolve, reject) => {
    endTrial = resolve;
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

let begun: string[];

beforeEach(() => {
  begun = [];
});

afterEach(() => endTrial());

function attempt(name: string): { work: () => Promise<string>; end: () => void } {
  let end: () => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = () => resolve(name);
  });
  const work = (): Promise<string> => {
    begun.push(name);
    return ended;
  };
  return { work, end };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('the second begins when the first has ended', async () => {
  const chances = new LastChances();
  const [first, second] = [attempt('first'), attempt('second')];
  let survived = 0;

  const result = chances.run(first.work, () => survived++);
  void chances.run(second.work, () => survived++);
  await settle();
  expect(begun).toEqual(['first']);
  first.end();
  await settle();

  expect(await result).toBe('first');
  expect(begun).toEqual(['first', 'second']);
  expect(survived).toBe(0);
});

test('the second begins beside the first when that has survived its trial', async () => {
  const chances = new LastChances();
  const [first, second] = [attempt('first'), attempt('second')];
  const survived: string[] = [];

  void chances.run(first.work, () => survived.push('first'));
  void chances.run(second.work, () => survived.push('second'));
  await settle();
  endTrial();
  await settle();

  expect(begun).toEqual(['first', 'second']);
  expect(survived).toEqual(['first']);
});

test('one that fails does not hold up the next', async () => {
  const chances = new LastChances();
  const second = attempt('second');

  const failed = chances.run(
    () => Promise.reject(new TypeError('broken')),
    () => undefined,
  );
  void chances.run(second.work, () => undefined);

  await expect(failed).rejects.toThrow('broken');
  await settle();
  expect(begun).toEqual(['second']);
});
