import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { CliError, EXIT_FAILED } from './cli-error.ts';

/** Whom a client asks: a server over HTTP, or an app in this process. */
export interface Api {
  /** For messages. */
  readonly name: string;
  /** @throws {CliError} nobody answers. */
  post(request: ApiRequest): Promise<ApiAnswer>;
}

export interface ApiRequest {
  /** `X-Amz-Target`. */
  readonly target: string;
  /** As AWS's clients sign: the region is read from it, and no signature is checked. */
  readonly authorization: string;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

const TARGET = 'AWSStepFunctions.';

/** Calls AWS's API, and reads its answers. */
export class Client {
  readonly #api: Api;
  readonly #region: string;

  constructor(api: Api, region: string) {
    this.#api = api;
    this.#region = region;
  }

  /** @throws {ApiError} the server's answer is an error. @throws {CliError} no server answers. */
  async call(action: string, input: JsonObject): Promise<JsonObject> {
    const authorization = `AWS4-HMAC-SHA256 Credential=redstep/19700101/${this.#region}/states/aws4_request, SignedHeaders=host, Signature=0`;
    const { status, body } = await this.#api.post({
      target: TARGET + action,
      authorization,
      body: JSON.stringify(input),
    });
    const answer = parse(body);
    if (answer === undefined) {
      throw new CliError(
        `${this.#api.name} answered ${status}, and not as Step Functions does`,
        'Is it a Redstep server? Give its address with --endpoint.',
      );
    }
    if (status === 200) return answer;
    throw new ApiError(String(answer.__type ?? '').replace(/^.*#/, ''), String(answer.message ?? body));
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
