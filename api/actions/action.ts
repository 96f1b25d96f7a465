import type { JsonObject } from '../../core/json.ts';
import type { Engine } from '../../runtime/engine.ts';
import type { Answer } from '../aws-json.ts';
import { type Input, readInput, type Shape } from '../input-schema.ts';

/** What a request is answered with. */
export interface ActionContext {
  readonly engine: Engine;
  /** 12 digits, in the ARNs of what is created. */
  readonly account: string;
  /** From the request's signature. */
  readonly region: string;
  /** As of Forwarding: the request has been asked before, perhaps of another node. */
  readonly chosenName: string | undefined;
  /** The name to ask with, should it have to be asked again: what looks like no answer may have been one. */
  readonly chooseName: (name: string) => void;
}

/** An action of the API: takes a request's members, checks them, and answers. @throws {ServiceError} */
export type Action = (body: JsonObject, context: ActionContext) => Answer | Promise<Answer>;

export function action<S extends Shape>(
  shape: S,
  answer: (input: Input<S>, context: ActionContext) => Answer | Promise<Answer>,
): Action {
  return (body, context) => answer(readInput(shape, body), context);
}
