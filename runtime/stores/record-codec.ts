import { Packr } from 'msgpackr';
import type { LogTurn } from '../../core/history/log-reader.ts';

/**
 * Bytes of what is stored. A log's chunk is a run of packed turns; every other record is one packed value behind a
 * version byte. Shapes are never learned at run time: turns are positional arrays, records plain maps.
 */
const packr = new Packr({ useRecords: false, mapsAsObjects: true });

/** Version of the records' shapes. */
export const RECORD_VERSION = 1;

export function packTurn(turn: LogTurn): Uint8Array {
  return packr.pack(turn);
}

/** The turns of a log's chunks, in order. */
export function unpackTurns(chunks: readonly Uint8Array[]): LogTurn[] {
  return chunks.flatMap((chunk) => packr.unpackMultiple(chunk) as LogTurn[]); // written by packTurn alone
}

export function packRecord(record: object): Uint8Array {
  return packr.pack([RECORD_VERSION, record]);
}

/** @throws if a newer version of Redstep has written it. */
export function unpackRecord<T>(bytes: Uint8Array): T {
  const [version, record] = packr.unpack(bytes) as [number, T]; // written by packRecord alone
  if (version > RECORD_VERSION) {
    throw new RecordTooNew(
      `this store has records of version ${version}; this Redstep reads up to ${RECORD_VERSION}: upgrade it`,
    );
  }
  return record;
}

export class RecordTooNew extends Error {
  override readonly name = 'RecordTooNew';
}
