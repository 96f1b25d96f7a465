import { expect, test } from 'vitest';
import { ElsewhereWork } from '../../../../runtime/partition/hand-over.ts';

const FIRST = { nodeId: 'first', attempts: [['execution', 1] as const], starts: ['start'] };
const own = { nodeId: 'second', attempts: [], starts: [], isRecovered: true };

test('attempts that run elsewhere are passed on while it is not known whether they are over', () => {
  const elsewhere = new ElsewhereWork([FIRST]);

  const work = elsewhere.passOn({ ...own, attempts: [['new', 1]], isRecovered: false });

  expect(work).toEqual([FIRST, { nodeId: 'second', attempts: [['new', 1]], starts: [] }]);
});

test('attempts elsewhere that are not in memory are over, once all that is under way is in memory', () => {
  const elsewhere = new ElsewhereWork([{ ...FIRST, attempts: [...FIRST.attempts, ['over', 1]] }]);

  const work = elsewhere.passOn({ ...own, attempts: [['execution', 1]] });

  expect(work).toEqual([FIRST]);
});

test('a start that has ended elsewhere is not passed on', () => {
  const elsewhere = new ElsewhereWork([FIRST]);

  elsewhere.startEnded('start');

  expect(elsewhere.passOn({ ...own, attempts: [['execution', 1]] })).toEqual([{ ...FIRST, starts: [] }]);
});

test('of what a node did that is gone, the recovery dispatches what it comes upon later, and what it left is taken back once', () => {
  const elsewhere = new ElsewhereWork([{ ...FIRST, attempts: [...FIRST.attempts, ['later', 1]] }]);
  expect(elsewhere.leaveAttempt('execution', 1)).toBe(true);
  expect(elsewhere.leaveStart('start')).toBe(true);

  expect(elsewhere.takeBack('first')).toEqual(FIRST);

  expect(elsewhere.takeBack('first')).toEqual({ nodeId: 'first', attempts: [], starts: [] });
  expect(elsewhere.leaveAttempt('later', 1)).toBe(false);
});
