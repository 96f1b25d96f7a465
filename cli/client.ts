import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { CliError, EXIT_FAILED } from './cli-error.ts';

export interface ClientOptions {
  /** `http://127.0.0.1:8083`. */
  readonly endpoint: string;
  readonly region: string;
}

const TARGET = 'AWSStepFunctions.';

/** Calls a server's API, AWS JSON 1.0 over HTTP. */
export class Client {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** @throws {ApiError} the server's answer is an error. @throws {CliError} no server answers. */
  async call(action: string, input: JsonObject): Promise<JsonObject> {
    const { status, text } = await this.#post(action, input);
    const answer = parse(text);
    if (answer === undefined) {
      throw new CliError(
        `${this.#options.endpoint} answered ${status}, and not as Step Functions does`,
        'Is it a Redstep server? Give its address with --endpoint.',
      );
    }
    if (status === 200) return answer;
    throw new ApiError(String(answer.__type ?? '').replace(/^.*#/, ''), String(answer.message ?? text));
  }

  /** All items of an action that answers in pages, up to `limit`. */
  async list(action: string, input: JsonObject, member: string, limit: number): Promise<JsonObject[]> {
    const items: JsonObject[] = [];
    for (let nextToken: Json | undefined; ; ) {
      const maxResults = Math.min(1_000, limit - items.length);
      const page = await this.call(action, { ...input, maxResults, ...(nextToken === undefined ? {} : { nextToken }) });
      const found = page[member];
      if (Array.isArray(found)) items.push(...found);
      nextToken = page.nextToken;
      if (nextToken === undefined || nextToken === null || items.length >= limit) return items;
    }
  }

  async #post(action: string, input: JsonObject): Promise<{ status: number; text: string }> {
    const { endpoint, region } = this.#options;
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-amz-json-1.0',
          'X-Amz-Target': TARGET + action,
          // The server reads the region from here and checks no signature.
          Authorization: `AWS4-HMAC-SHA256 Credential=redstep/19700101/${region}/states/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: JSON.stringify(input),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new CliError(
        `no server answers at ${endpoint}: ${reason(error)}`,
        'Start one in another terminal (redstep start), or give its address: --endpoint http://HOST:PORT.',
      );
    }
  }
}

/** An error of the API, by AWS's name. */
export class ApiError extends CliError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`, ADVICE[code] ?? '', EXIT_FAILED);
    this.code = code;
  }
}

const ADVICE: { readonly [code: string]: string } = {
  StateMachineDoesNotExist: 'redstep list shows the state machines there are; redstep create FILE makes one.',
  ExecutionDoesNotExist: 'redstep list MACHINE shows the executions there are. Those of Express machines are not kept.',
  ExecutionAlreadyExists: 'Choose another --name, or leave it out for a random one.',
  StateMachineAlreadyExists: 'redstep create FILE --update gives it the new definition.',
  InvalidDefinition: 'redstep validate FILE shows where.',
};

function parse(text: string): JsonObject | undefined {
  try {
    const json: Json = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch` hides the system's error in the cause of its own. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof AggregateError && cause.errors[0] !== undefined) return reason(cause.errors[0]);
  return cause instanceof Error ? cause.message : String(cause);
}
