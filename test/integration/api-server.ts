import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateStateMachineCommandInput, SFN, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { createHttpServer, type HttpServer } from '../../api/http-server.ts';
import { type App, createApp } from '../../app.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/workflows';
export const PASS = JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } });
/** Runs until somebody stops it. */
export const WAIT = JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Wait', Seconds: 3600, End: true } } });

/** A server in this process, in memory and on a free port, with the functions given by their texts. */
export class ApiServer {
  readonly port: number;
  readonly #app: App;
  readonly #http: HttpServer;
  readonly #folder: string;
  readonly #clients: SFN[] = [];
  #names = 0;

  private constructor(port: number, app: App, http: HttpServer, folder: string) {
    this.port = port;
    this.#app = app;
    this.#http = http;
    this.#folder = folder;
  }

  static async start(functions: Record<string, string> = {}): Promise<ApiServer> {
    const folder = await mkdtemp(join(tmpdir(), 'redstep-api-'));
    for (const [name, text] of Object.entries(functions)) await writeFile(join(folder, `${name}.mjs`), text);
    const app = await createApp({ functionsDir: folder });
    const http = createHttpServer({
      engine: app.engine,
      account: app.config.account,
      log: (level, text) => {
        throw new Error(`the server logged: ${level} ${text}`);
      },
    });
    const { port } = await http.listen(0, '127.0.0.1');
    return new ApiServer(port, app, http, folder);
  }

  /** Closes the HTTP server alone. */
  close(): Promise<void> {
    return this.#http.close();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.#http.close();
    await this.#app.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  client(options: Partial<SFNClientConfig> = {}): SFN {
    const client = new SFN({
      endpoint: this.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      disableHostPrefix: true,
      maxAttempts: 1,
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  /** A name that nothing on this server has. */
  freshName(): string {
    this.#names++;
    return `name-${this.#names}`;
  }

  /** @returns the ARN of a new machine. */
  async machine(client: SFN, fields: Partial<CreateStateMachineCommandInput> = {}): Promise<string> {
    const { stateMachineArn = '' } = await client.createStateMachine({
      name: this.freshName(),
      definition: PASS,
      roleArn: ROLE,
      ...fields,
    });
    return stateMachineArn;
  }
}

/** Asks again and again until the answer is there. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = Date.now() + 20_000;
  while (Date.now() < deadlineMs) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`not so within 20 s: ${what}`);
}

/** Waits for the end of an execution. */
export function ended(
  client: SFN,
  executionArn: string | undefined,
): Promise<{ status: string; output: string | undefined }> {
  return until(`${executionArn} ends`, async () => {
    const { status = '', output } = await client.describeExecution({ executionArn });
    return status === 'RUNNING' ? undefined : { status, output };
  });
}
