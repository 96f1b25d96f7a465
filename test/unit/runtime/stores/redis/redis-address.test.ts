import { expect, test } from 'vitest';
import { parseRedisUrl, RedisUrlError } from '../../../../../runtime/stores/redis/redis-address.ts';

test.each([
  ['redis://localhost', { kind: 'standalone', tls: false, hosts: [{ host: 'localhost', port: 6379 }], database: 0 }],
  ['rediss://10.0.0.1:7000/3', { tls: true, hosts: [{ host: '10.0.0.1', port: 7000 }], database: 3 }],
  ['redis://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }] }],
  ['redis://ada:p%40ss@host', { user: 'ada', password: 'p@ss' }],
  ['redis://:secret@host', { user: undefined, password: 'secret' }],
  [
    'redis+sentinel://a,b:7/main',
    {
      kind: 'sentinel',
      masterName: 'main',
      hosts: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 7 },
      ],
    },
  ],
  ['rediss+cluster://a:1,b:2', { kind: 'cluster', tls: true }],
])('%s is understood', (url, expected) => {
  expect(parseRedisUrl(url)).toMatchObject(expected);
});

test.each([
  ['http://host', 'it is not redis://'],
  ['redis://', 'it is not redis://'],
  ['redis://host/name', 'a database is a number'],
  ['redis+sentinel://host', 'the name of the master'],
  ['redis+cluster://host/1', 'a cluster has no databases'],
  ['redis://a:b:c', 'a:b:c is no host'],
])('%s is refused with the reason', (url, reason) => {
  expect(() => parseRedisUrl(url)).toThrow(RedisUrlError);
  expect(() => parseRedisUrl(url)).toThrow(reason);
});

test('a refusal does not show the password', () => {
  expect(() => parseRedisUrl('redis://ada:secret@host/name')).toThrow('redis://ada:***@host/name');
});
