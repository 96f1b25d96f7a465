import { systemRandom } from '../../system-random.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisKeys } from './redis-keys.ts';

/** Version of all that is laid down in redis-keys.ts. */
const FORMAT = 1;
/** Each node takes a share of them; the more there are, the fewer executions share a commit. */
const PARTITIONS_DEFAULT = 8;
const PARTITIONS_MAX = 1_024;

/** What was decided when the first node came, and holds for as long as the data are there. */
interface SetUp {
  readonly format: number;
  readonly partitions: number;
}

/**
 * How many partitions there are; decides it when nobody has yet.
 *
 * @throws {SetUpDiffers} it was decided otherwise.
 */
export async function setUpPartitions(
  connection: RedisConnection,
  keys: RedisKeys,
  wanted: number | undefined,
): Promise<number> {
  if (wanted !== undefined && !isPartitionCount(wanted))
    throw new SetUpDiffers(`the number of partitions is a power of two up to ${PARTITIONS_MAX}, not ${wanted}`);
  const first: SetUp = { format: FORMAT, partitions: wanted ?? PARTITIONS_DEFAULT };
  const { client } = connection;
  const stored = await connection.patiently(async () => {
    await client.setnx(keys.setUp(), JSON.stringify(first));
    return client.get(keys.setUp());
  });
  const partitions = partitionsOf(stored ?? '{}');
  if (wanted !== undefined && wanted !== partitions)
    throw new SetUpDiffers(
      `this Redis was set up with ${partitions} partitions, not ${wanted}: the number is fixed once there are data. ` +
        'Leave the option out, or export the data and import them into a set-up with another number',
    );
  return partitions;
}

/** The secret by which the nodes of a deployment know each other; makes it when nobody has yet. */
export async function setUpNodeSecret(connection: RedisConnection, keys: RedisKeys): Promise<string> {
  const first = systemRandom.uuid();
  const { client } = connection;
  const stored = await connection.patiently(async () => {
    await client.setnx(keys.nodeSecret(), first);
    return client.get(keys.nodeSecret());
  });
  return stored ?? first;
}

/** How many partitions there are; undefined: nobody has decided it yet. @throws {SetUpDiffers} */
export async function readPartitions(connection: RedisConnection, keys: RedisKeys): Promise<number | undefined> {
  const stored = await connection.patiently(() => connection.client.get(keys.setUp()));
  return stored === null ? undefined : partitionsOf(stored);
}

function partitionsOf(stored: string): number {
  const { format, partitions } = JSON.parse(stored) as Partial<SetUp>; // written above, perhaps by another version
  if (format !== FORMAT || partitions === undefined)
    throw new SetUpDiffers(`this Redis has data of format ${format}; this Redstep reads format ${FORMAT}`);
  return partitions;
}

function isPartitionCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= PARTITIONS_MAX && (count & (count - 1)) === 0;
}

export class SetUpDiffers extends Error {
  override readonly name = 'SetUpDiffers';
}
