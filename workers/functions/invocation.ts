import { exceedsUtf8, utf8Length } from '../../core/json.ts';
import type { TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import type { Cancellable } from '../task-handler.ts';
import { type CallAnswers, FunctionContext } from './function-context.ts';
import { failureOf, functionFailure } from './function-error.ts';
import type { CallEvents, FunctionCall } from './function-host.ts';
import type { LoadedFunction } from './function-module.ts';

/** Largest answer of a function, in bytes. AWS: Lambda quotas. */
const RESPONSE_BYTES_MAX = 6_291_556;

/** One call of a loaded function in this thread. Takes the first answer, however it comes. */
export class Invocation implements Cancellable, CallAnswers {
  readonly #call: FunctionCall;
  readonly #events: CallEvents;
  #open = true;
  #cancelled = false;
  #controller: AbortController | undefined;

  constructor(call: FunctionCall, events: CallEvents) {
    this.#call = call;
    this.#events = events;
  }

  run(loaded: LoadedFunction): void {
    if (!this.#open) return;
    const context = new FunctionContext(this.#call, this);
    let returned: unknown;
    try {
      returned = loaded.handler(this.#call.event, context, context.done);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (isThenable(returned)) {
      returned.then(
        (value) => this.succeed(value),
        (error) => this.fail(error),
      );
    } else if (!loaded.answersByCallback) {
      this.succeed(returned);
    }
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#cancelled) this.#controller.abort();
    return this.#controller.signal;
  }

  succeed(value: unknown): void {
    if (!this.#open) return;
    this.settle(responseOf(value));
  }

  fail(error: unknown): void {
    if (!this.#open) return;
    this.settle(failureOf(error));
  }

  settle(result: TaskResult): void {
    if (!this.#open) return;
    this.#open = false;
    this.#events.done(result);
  }

  beat(): void {
    if (this.#open) this.#events.beat();
  }

  cancel(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancelled = true;
    this.#controller?.abort();
  }
}

function responseOf(value: unknown): TaskResult {
  let output: string;
  try {
    // undefined, functions and symbols have no JSON text: JSON.stringify's type does not say so.
    const text: string | undefined = JSON.stringify(value);
    output = text ?? 'null';
  } catch (error) {
    return functionFailure('Runtime.MarshalError', `Unable to stringify response body: ${String(error)}`, []);
  }
  if (!exceedsUtf8(output, RESPONSE_BYTES_MAX)) return { type: 'Succeeded', output };
  const sizes = `(${utf8Length(output)} bytes) exceeded maximum allowed payload size (${RESPONSE_BYTES_MAX} bytes)`;
  return functionFailure('Function.ResponseSizeTooLarge', `Response payload size ${sizes}.`);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
