import { CliError, EXIT_FAILED } from './cli-error.ts';
import type { Api, ApiAnswer, ApiRequest } from './client.ts';

/** A server's API over HTTP, and what it shows beside it. */
export class HttpApi implements Api {
  /** `http://127.0.0.1:8083`. */
  readonly name: string;

  constructor(endpoint: string) {
    this.name = endpoint.replace(/\/$/, '');
  }

  post({ target, authorization, body }: ApiRequest): Promise<ApiAnswer> {
    const headers = {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': target,
      Authorization: authorization,
    };
    return this.#fetch('/', { method: 'POST', headers, body });
  }

  /** What a live route shows: JSON of the shape that its view says. @throws {CliError} nobody answers, or not so. */
  async read<View>(path: string): Promise<View> {
    const { status, body } = await this.#fetch(path, {});
    if (status === 200) return JSON.parse(body);
    throw new CliError(`${this.name}${path} answered ${status}: ${body.trim()}`, '', EXIT_FAILED);
  }

  async #fetch(path: string, init: RequestInit): Promise<ApiAnswer> {
    try {
      const response = await fetch(this.name + path, init);
      return { status: response.status, body: await response.text() };
    } catch (error) {
      throw noServer(this.name, error);
    }
  }
}

export function noServer(address: string, error: unknown): CliError {
  return new CliError(
    `no server answers at ${address}: ${reason(error)}`,
    'Start one in another terminal (redstep start), or give its address: --endpoint http://HOST:PORT.',
  );
}

/** `fetch` hides the system's error in the cause of its own. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof AggregateError && cause.errors[0] !== undefined) return reason(cause.errors[0]);
  return cause instanceof Error ? cause.message : String(cause);
}
