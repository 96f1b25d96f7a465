/** RFC 3339 ⇄ milliseconds since the epoch. The one file of core/ that may name Date; it never asks for the time. */
export function formatTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** RFC 3339 with capital T and a zone, as ASL's timestamps are. */
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch (with a fraction where the text has one), or undefined if the text is no timestamp. */
export function parseTimestamp(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const wholeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(wholeMs) || new Date(wholeMs).getUTCDate() !== Number(day)) return undefined;
  return wholeMs + Number(`0${fraction}`) * 1000 - zoneOffsetMs(zone);
}

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
