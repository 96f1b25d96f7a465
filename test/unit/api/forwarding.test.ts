import { expect, test } from 'vitest';
import { forwardingHeaders, readForwarding } from '../../../api/forwarding.ts';
import { AccessDeniedException } from '../../../api/service-error.ts';

test('what a node sends on is read by the next as it was', () => {
  const headers = forwardingHeaders('the secret', { forwarded: false, chosenName: 'one' });

  expect(readForwarding(headers, 'the secret')).toEqual({ forwarded: true, chosenName: 'one' });
});

test('a request of a client is not forwarded, whoever it comes to', () => {
  expect(readForwarding({ host: 'x' }, 'the secret')).toEqual({ forwarded: false });
  expect(readForwarding({ host: 'x' }, undefined)).toEqual({ forwarded: false });
});

test.each([
  ['another secret', forwardingHeaders('the tecret', { forwarded: false }), 'the secret'],
  ['a shorter one', forwardingHeaders('the', { forwarded: false }), 'the secret'],
  ['a name and no secret', { 'x-redstep-chosen-name': 'one' }, 'the secret'],
  ['a secret, for a node that shares its store with nobody', forwardingHeaders('', { forwarded: false }), undefined],
])('a request with %s is refused', (_, headers, secret) => {
  expect(() => readForwarding(headers, secret)).toThrow(AccessDeniedException);
});
