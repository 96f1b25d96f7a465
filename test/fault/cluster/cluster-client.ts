import { SFN } from '@aws-sdk/client-sfn';
import type { JsonObject } from '../../../core/json.ts';

/** Attempts of the SDK at one call, each at another node. */
const ATTEMPTS_MAX = 6;
/** A node that has refused a connection is left out for so long, as balancers do. */
const LEFT_OUT_MS = 500;

/** AWS's own client, which knows all nodes: each of its attempts goes to the next one that takes connections. */
export class ClusterClient {
  readonly #sfn: SFN;
  /** Until when a node is left out, by its port. */
  readonly #leftOut: Map<string, number> = new Map();
  #turn = 0;

  /** `endpoints` is asked again at each attempt. */
  constructor(endpoints: () => readonly URL[]) {
    this.#sfn = new SFN({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      disableHostPrefix: true,
      maxAttempts: ATTEMPTS_MAX,
    });
    this.#sfn.middlewareStack.add(
      (next) => async (args) => {
        const { port } = this.#next(endpoints());
        Object.assign(Object(args.request), { port: Number(port) });
        try {
          return await next(args);
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') this.#leaveOut(port);
          throw error;
        }
      },
      { step: 'finalizeRequest', priority: 'low', name: 'nextNode' },
    );
  }

  #next(endpoints: readonly URL[]): URL {
    const now = performance.now();
    const there = endpoints.filter(({ port }) => (this.#leftOut.get(port) ?? 0) < now);
    const from = there.length > 0 ? there : endpoints;
    return from[this.#turn++ % from.length] ?? new URL('http://127.0.0.1:1');
  }

  #leaveOut(port: string): void {
    this.#leftOut.set(port, performance.now() + LEFT_OUT_MS);
  }

  /** Calls an action: what it answers, its members as they came. Rejects with AWS's error. */
  readonly call = async (action: string, input: JsonObject): Promise<JsonObject> => {
    const name = action[0]?.toLowerCase() + action.slice(1);
    // The client has a method for each action, which takes and gives what the API's model says.
    const method = Reflect.get(this.#sfn, name) as (input: JsonObject) => Promise<JsonObject>;
    return method.call(this.#sfn, input);
  };

  stop(): void {
    this.#sfn.destroy();
  }
}
