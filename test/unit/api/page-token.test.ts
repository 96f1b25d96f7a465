import { expect, test } from 'vitest';
import { pageCursor, pageToken } from '../../../api/page-token.ts';
import { InvalidToken } from '../../../api/service-error.ts';

const NOW_MS = 1_700_000_000_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const SCOPE = ['ListExecutions', 'arn:aws:states:us-east-1:123456789012:stateMachine:one', undefined];

test('a token gives back the cursor it was made with', () => {
  const token = pageToken(SCOPE, { startMs: 7, executionArn: 'arn' }, NOW_MS);

  expect(pageCursor(token, SCOPE, NOW_MS)).toEqual({ startMs: 7, executionArn: 'arn' });
});

test('a token may be put into a URL as it is', () => {
  expect(pageToken(SCOPE, '??>>~~', NOW_MS)).toMatch(/^[\w-]+$/);
});

test('a token serves for a day and no longer', () => {
  const token = pageToken(SCOPE, 1, NOW_MS);

  expect(pageCursor(token, SCOPE, NOW_MS + DAY_MS - 1)).toBe(1);
  expect(() => pageCursor(token, SCOPE, NOW_MS + DAY_MS)).toThrow(InvalidToken);
});

test('a token of another listing is refused', () => {
  const token = pageToken(['ListStateMachines'], 1, NOW_MS);

  expect(() => pageCursor(token, SCOPE, NOW_MS)).toThrow(InvalidToken);
});

test.each(['', 'x', '{}', 'bnVsbA', Buffer.from('[2,9e99,"",1]').toString('base64url')])('%j is no token', (token) => {
  expect(() => pageCursor(token, SCOPE, NOW_MS)).toThrow(InvalidToken);
});
