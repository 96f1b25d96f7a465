import { type Builtin, builtin } from '../builtin.ts';
import { formatTime } from '../date-format.ts';
import { parseIsoTime, parseTime } from '../date-parse.ts';
import type { Value } from '../value.ts';

/** The time is the message's: the same throughout an evaluation, and when it is done again. */
export const DATE_TIME_FUNCTIONS: readonly Builtin[] = [
  builtin('now', '<s?s?:s>', 2, ([picture, timezone], evaluation) =>
    formatTime(evaluation.scope.nowMs, textOf(picture), textOf(timezone)),
  ),
  builtin('millis', '<:n>', 0, (_, evaluation) => evaluation.scope.nowMs),
  builtin('fromMillis', '<n-s?s?:s>', 3, ([millis, picture, timezone], evaluation) => {
    if (typeof millis !== 'number') return undefined;
    evaluation.allocateText(textOf(picture)?.length ?? 0);
    return formatTime(millis, textOf(picture), textOf(timezone));
  }),
  builtin('toMillis', '<s-s?:n>', 2, ([text, picture], evaluation) => {
    if (typeof text !== 'string') return undefined;
    evaluation.allocateText(text.length);
    return typeof picture === 'string' ? parseTime(text, picture, evaluation) : parseIsoTime(text);
  }),
];

function textOf(value: Value): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
