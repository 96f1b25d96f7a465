import type { HistoryEvent } from '../../core/history/history-event.ts';
import { isObject, type JsonObject } from '../../core/json.ts';

/** An event as GetExecutionHistory answers it → as the engine has it. */
export function readApiEvent(event: JsonObject): HistoryEvent {
  const detailsName = Object.keys(event).find((name) => name.endsWith('EventDetails'));
  const details = detailsName === undefined ? undefined : event[detailsName];
  return {
    id: Number(event.id),
    previousEventId: Number(event.previousEventId),
    timestampMs: Number(event.timestamp) * 1_000,
    type: String(event.type),
    detailsName,
    details: isObject(details) ? details : undefined,
  };
}
