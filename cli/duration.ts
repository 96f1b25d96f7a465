import { InvalidArgumentError } from 'commander';
import { durationMs } from '../core/duration.ts';

/** `500ms`, `10s`, `5m`, `2h`, `1d` in milliseconds. */
export function parseDuration(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new InvalidArgumentError('That is a time such as 500ms, 10s, 5m, 2h or 1d.');
  return ms;
}
