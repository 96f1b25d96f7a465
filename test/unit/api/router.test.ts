import { expect, test } from 'vitest';
import { errorResponse } from '../../../api/router.ts';
import { Overloaded } from '../../../runtime/ports/overloaded.ts';

test('a start that comes when there is too much to do is told when to ask again', () => {
  const { status, body, retryAfterSeconds } = errorResponse(new Overloaded(3), 'StartExecution', () => undefined);

  expect(status).toBe(400);
  expect(JSON.parse(body).__type).toMatch(/#ThrottlingException$/);
  expect(retryAfterSeconds).toBe(1);
});
