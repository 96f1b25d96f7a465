import { scanJson } from '../core/definition/json-syntax.ts';
import { exceedsUtf8 } from '../core/json.ts';
import { NESTING_DEPTH_MAX, PAYLOAD_BYTES_MAX } from '../core/limits.ts';

/** Why a text is no payload, in AWS's words; undefined: it is one. `what`: `execution input` or `output`. */
export function payloadProblem(text: string, what: string): string | undefined {
  if (exceedsUtf8(text, PAYLOAD_BYTES_MAX)) {
    return `The ${what} exceeds the maximum number of bytes allowed (${PAYLOAD_BYTES_MAX})`;
  }
  if (isJson(text) && !mayBeDeep(text)) return undefined;
  if (text.trim() === '') return `Invalid ${what}.`;
  return scanJson(text, NESTING_DEPTH_MAX).problem?.message;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text has so many brackets that it could nest too deep. */
function mayBeDeep(text: string): boolean {
  if (text.length <= 2 * NESTING_DEPTH_MAX) return false;
  let brackets = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5b || unit === 0x7b) brackets++;
  }
  return brackets > NESTING_DEPTH_MAX;
}
