import type { NamePage, NameQuery, TakenName } from '../../ports/store.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisKeys } from './redis-keys.ts';

/**
 * Names that stay taken lie in small hashes: a field is a name's 16 bytes, its value the hour. Up to 128 fields Redis keeps
 * a hash as one run of bytes, 25 for each name; a key of its own would take a hundred. So many hashes keep that up to two
 * million names on a partition, and cost 1.5 MB when each has but one. Stored data depend on the number.
 */
const BUCKETS = 16_384;

/** Hashes that are read at once. */
const BUCKETS_AT_ONCE = 256;
/** Fields of a hash that are asked for at once, where it is too large to come whole. */
const FIELDS_AT_ONCE = 512;

/** Which of the hashes a name is in: its first two bytes say which partition. */
export function nameBucket(hash: Uint8Array): number {
  return (((hash[2] ?? 0) << 8) | (hash[3] ?? 0)) % BUCKETS;
}

export async function readTakenName(
  connection: RedisConnection,
  keys: RedisKeys,
  partition: number,
  hash: Uint8Array,
): Promise<number | undefined> {
  const key = keys.takenNames(partition, nameBucket(hash));
  const hour = await connection.patiently(() => connection.client.hget(key, Buffer.from(hash)));
  return hour === null ? undefined : Number(hour);
}

/** A page is a run of whole hashes; `after` is the number of the last one. */
export async function readTakenNames(
  connection: RedisConnection,
  keys: RedisKeys,
  { partition, limit, after }: NameQuery,
): Promise<NamePage> {
  const names: TakenName[] = [];
  let bucket = after === undefined ? 0 : Buffer.from(after).readUInt16BE(0) + 1;
  const end = Math.min(BUCKETS, bucket + BUCKETS_AT_ONCE);
  const scans = Array.from({ length: end - bucket }, (_, i) => keys.takenNames(partition, bucket + i));
  const lengths = await connection.patiently(() => Promise.all(scans.map((key) => connection.client.hlen(key))));
  for (const length of lengths) {
    if (length > 0) names.push(...(await readBucket(connection, keys.takenNames(partition, bucket))));
    bucket++;
    if (names.length >= limit) break;
  }
  const next = Buffer.alloc(2);
  next.writeUInt16BE(bucket - 1);
  return { names, next: bucket === BUCKETS ? undefined : next };
}

async function readBucket(connection: RedisConnection, key: string): Promise<readonly TakenName[]> {
  const names: TakenName[] = [];
  for (let cursor = '0'; ; ) {
    const from = cursor;
    const [next, found] = await connection.patiently(() =>
      connection.client.hscanBuffer(key, from, 'COUNT', FIELDS_AT_ONCE),
    );
    for (let i = 0; i + 1 < found.length; i += 2) {
      const [hash, hour] = [found[i], found[i + 1]];
      if (hash !== undefined && hour !== undefined) names.push({ hash, untilHour: Number(hour.toString()) });
    }
    cursor = next.toString();
    if (cursor === '0') return names;
  }
}
