import { SFN } from '@aws-sdk/client-sfn';
import type { JsonObject } from '../../../core/json.ts';

/** Attempts of the SDK at one call, each at another node. */
const ATTEMPTS_MAX = 6;

/**
 * AWS's own client, which knows all nodes: each of its attempts goes to the next one, as behind a balancer that does not
 * look who lives.
 */
export class ClusterClient {
  readonly #sfn: SFN;
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
      (next) => (args) => {
        const { request } = args;
        const all = endpoints();
        const at = all[this.#turn++ % all.length];
        if (at !== undefined && typeof request === 'object' && request !== null)
          Object.assign(request, { port: Number(at.port) });
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'nextNode' },
    );
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
