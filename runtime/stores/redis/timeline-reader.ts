import type { RedisConnection } from './redis-connection.ts';
import {
  leafOfMiddle,
  timelineEntry,
  timelineLeaf,
  timelineLeafNumber,
  timelineMember,
  timelineMiddle,
  timelinePlace,
} from './timeline.ts';

export interface TimelineQuery {
  readonly direction: 'earliest first' | 'latest first';
  readonly limit: number;
  /** Strictly behind it, in the direction. */
  readonly after: TimelineEntry | undefined;
  /** The latest time, itself included. */
  readonly untilMs: number;
}

export interface TimelineEntry {
  readonly atMs: number;
  readonly text: string;
}

/** Leaves that are read at once: few at first, for a dense timeline has enough in one. */
const LEAVES_AT_ONCE_MAX = 64;
const MIDDLES_AT_ONCE = 64;
/** Beyond all UTF-8: the end of what begins alike. */
const BEYOND = Buffer.from([0xff]);

/** Entries of a timeline, in order of their time, then of their text. */
export async function readTimeline(
  connection: RedisConnection,
  name: string,
  query: TimelineQuery,
): Promise<readonly TimelineEntry[]> {
  const found: TimelineEntry[] = [];
  for await (const page of timelinePages(connection, name, query)) found.push(...page);
  return found;
}

/** The same, page by page as they are asked for: what is not asked for is not read. */
export async function* timelinePages(
  connection: RedisConnection,
  name: string,
  query: TimelineQuery,
): AsyncGenerator<readonly TimelineEntry[], undefined> {
  let limit = query.limit;
  let leavesAtOnce = 1;
  for await (const leaves of leavesOf(connection, name, query)) {
    for (let from = 0; from < leaves.length; ) {
      const some = leaves.slice(from, from + leavesAtOnce);
      const lists = await Promise.all(some.map((leaf) => readLeaf(connection, name, leaf, { ...query, limit })));
      const page = lists.flat().slice(0, limit);
      if (page.length > 0) yield page;
      limit -= page.length;
      if (limit === 0) return;
      from += some.length;
      leavesAtOnce = Math.min(2 * leavesAtOnce, LEAVES_AT_ONCE_MAX);
    }
  }
}

/** Numbers of the leaves that may have what is asked for, in its direction. */
async function* leavesOf(
  connection: RedisConnection,
  name: string,
  { direction, after, untilMs }: TimelineQuery,
): AsyncGenerator<readonly number[]> {
  const isReverse = direction === 'latest first';
  const [fromMs, toMs] = isReverse ? [0, after?.atMs ?? untilMs] : [after?.atMs ?? 0, untilMs];
  if (fromMs > toMs) return;
  const [firstLeaf, lastLeaf] = [timelineLeafNumber(fromMs), timelineLeafNumber(toMs)];
  const first = timelinePlace(name, firstLeaf);
  const last = timelinePlace(name, lastLeaf);
  let bound = isReverse ? `[${last.middleMember}` : `[${first.middleMember}`;
  for (;;) {
    const range = isReverse
      ? ([`[${first.middleMember}`, bound] as const)
      : ([bound, `[${last.middleMember}`] as const);
    const middles = await readRange(connection, name, range, isReverse, MIDDLES_AT_ONCE);
    for (const middle of middles) {
      const members = await readRange(connection, timelineMiddle(name, middle), ['-', '+'], isReverse, -1);
      const leaves = members.map((member) => leafOfMiddle(middle, member));
      yield leaves.filter((leaf) => leaf >= firstLeaf && leaf <= lastLeaf);
    }
    const end = middles.at(-1);
    if (end === undefined || middles.length < MIDDLES_AT_ONCE) return;
    bound = `(${end}`;
  }
}

async function readLeaf(
  connection: RedisConnection,
  name: string,
  leaf: number,
  { direction, after, untilMs, limit }: TimelineQuery,
): Promise<readonly TimelineEntry[]> {
  const isReverse = direction === 'latest first';
  const isFirst = after !== undefined && leaf === timelineLeafNumber(after.atMs);
  const cursor = isFirst ? `(${timelineMember(after.atMs, after.text)}` : undefined;
  const isLast = leaf === timelineLeafNumber(untilMs);
  const end = isLast ? Buffer.concat([Buffer.from(`[${timelineMember(untilMs, '')}`), BEYOND]) : '+';
  const range = isReverse ? (['-', cursor ?? end] as const) : ([cursor ?? '-', end] as const);
  const members = await readRange(connection, timelineLeaf(name, leaf), range, isReverse, limit);
  return members.map((member) => timelineEntry(leaf, member));
}

/** Members of a sorted set between two bounds, at most `limit`; -1: all. */
function readRange(
  connection: RedisConnection,
  key: string,
  [low, high]: readonly [string, string | Buffer],
  isReverse: boolean,
  limit: number,
): Promise<readonly string[]> {
  const { client } = connection;
  return connection.patiently(() =>
    isReverse
      ? client.zrevrangebylex(key, high, low, 'LIMIT', 0, limit)
      : client.zrangebylex(key, low, high, 'LIMIT', 0, limit),
  );
}
