import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { SerializationException, type ServiceError } from './service-error.ts';

export const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** Members of an answer; undefined ones are left out. */
export type Answer = { readonly [member: string]: AnswerValue };
type AnswerValue = Json | undefined | Answer | readonly Answer[];

/** An empty body counts as `{}`. @throws {SerializationException} */
export function decodeRequest(body: string): JsonObject {
  if (body === '') return {};
  let json: Json;
  try {
    json = JSON.parse(body);
  } catch {
    throw new SerializationException('Unable to parse the request: the body is not JSON');
  }
  if (!isObject(json)) throw new SerializationException('Unexpected field type');
  return json;
}

export function encodeAnswer(answer: Answer): string {
  return JSON.stringify(answer);
}

export function encodeError(error: ServiceError): string {
  return JSON.stringify({ __type: `${error.namespace}#${error.name}`, message: error.message, ...error.fields });
}

/** Timestamps of JSON 1.0: seconds since the epoch, with milliseconds as fraction. */
export function epochSeconds(epochMs: number): number {
  return epochMs / 1000;
}
