import type { LogAppend, LogEnds } from '../../ports/store.ts';
import { type KeyRange, logKey, logRange, positionOfLogKey } from './lmdb-keys.ts';
import type { Table } from './lmdb-tree.ts';
import { joinPending, type PendingPiece } from './pending-commits.ts';

/** A log, as far as it is in the table and as far as it is pending. */
export interface LogSource {
  /** undefined: nothing of it is in the table. */
  readonly logId: number | undefined;
  /** What is pending, in order. The table may have it already: it ends for us where this begins. */
  readonly pending: readonly PendingPiece[];
}

/** The chunks of a log. */
export function readLogChunks(table: Table, source: LogSource): readonly Uint8Array[] {
  return joinPieces([...storedPieces(table, source), ...joinPending(source.pending)]).map(({ appended }) => appended);
}

export function readLogEnds(table: Table, source: LogSource): LogEnds | undefined {
  const storedFirst = storedPieces(table, source, { ofOneChunk: true });
  const storedLast = storedPieces(table, source, { ofOneChunk: true, reverse: true });
  const isOneChunk = storedFirst[0]?.chunk === storedLast[0]?.chunk;
  const chunks = joinPieces([
    ...storedFirst,
    ...(isOneChunk ? [] : storedLast.reverse()),
    ...joinPending(source.pending),
  ]);
  const [first, last] = [chunks.at(0), chunks.at(-1)];
  return first && last && { first: first.appended, last: last.appended };
}

/** The number of the last chunk. */
export function lastChunkOf(table: Table, source: LogSource): number {
  return (
    source.pending.at(-1)?.chunk ?? storedPieces(table, source, { ofOneChunk: true, reverse: true })[0]?.chunk ?? 0
  );
}

/** Pieces in the table before those that are pending. `ofOneChunk`: of the first one in the direction of reading. */
function storedPieces(table: Table, source: LogSource, { ofOneChunk = false, reverse = false } = {}): LogAppend[] {
  const pieces: LogAppend[] = [];
  if (source.logId === undefined) return pieces;
  const { start, end } = storedRange(source.logId, source.pending[0]);
  const range = reverse ? { start: end, end: start, reverse, exclusiveStart: true } : { start, end };
  for (const { key, value } of table.getRange(range)) {
    const { chunk, offset } = positionOfLogKey(key);
    if (ofOneChunk && chunk !== (pieces[0]?.chunk ?? chunk)) break;
    pieces.push({ chunk, offset, appended: value });
  }
  return pieces;
}

function storedRange(logId: number, firstPending: PendingPiece | undefined): KeyRange {
  const { start, end } = logRange(logId);
  return { start, end: firstPending === undefined ? end : logKey({ logId, ...firstPending }) };
}

/** Pieces of one chunk as one. */
function joinPieces(pieces: readonly LogAppend[]): readonly LogAppend[] {
  const joined: LogAppend[] = [];
  for (let i = 0, first = pieces[0]; first !== undefined; first = pieces[i]) {
    const start = i;
    while (pieces[i]?.chunk === first.chunk) i++;
    const same = pieces.slice(start, i).map(({ appended }) => appended);
    joined.push(same.length === 1 ? first : { ...first, appended: Buffer.concat(same) });
  }
  return joined;
}
