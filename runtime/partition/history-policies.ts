import { stateMachineArn } from '../../core/arn.ts';
import { isListingOfBranches, machineOfListing } from '../actor/execution-key.ts';
import type { Clock } from '../ports/clock.ts';
import { type HistoryPolicy, taggedPolicy } from '../ports/history-policy.ts';
import type { StateMachines } from '../state-machines.ts';

/** What is known of a state machine holds for so long, in milliseconds. */
const KNOWN_MS = 60_000;

/**
 * A branch's log outlives the branch by so long, in milliseconds: a start that comes late, from a node that was frozen or
 * a mailbox that was read late, must find it, or it runs again.
 */
const BRANCH_MS_MIN = 3_600_000;

/** How long what has ended is kept, where its state machine does not say otherwise. */
export interface HistoryOptions {
  /** From its end, in milliseconds. */
  readonly retentionMs: number;
  /** What all state machines together may take, on all partitions, that have no limit of their own, in bytes; undefined: all there is. */
  readonly bytesMax: number | undefined;
  /**
   * What ended so recently stays, in milliseconds, whatever else is asked for: who waits for a result, or has to ask
   * again for a start, does so by then.
   */
  readonly minAgeMs: number;
}

/** AWS keeps executions for 90 days. */
export const HISTORY_DEFAULT: HistoryOptions = { retentionMs: 90 * 86_400_000, bytesMax: undefined, minAgeMs: 60_000 };

/** How long what a listing has is kept. */
export interface ListingPolicy extends HistoryPolicy {
  /** However much there is: what ended so recently stays, in milliseconds. Not above `retentionMs`. */
  readonly minAgeMs: number;
}

/** What holds for the executions of each state machine, as far as it is known here. */
export class HistoryPolicies {
  readonly #machines: Pick<StateMachines, 'find'>;
  readonly #clock: Clock;
  readonly #defaults: HistoryOptions;
  readonly #known: Map<string, { readonly policy: ListingPolicy; readonly at: number }> = new Map();

  constructor(machines: Pick<StateMachines, 'find'>, clock: Clock, defaults: HistoryOptions) {
    this.#machines = machines;
    this.#clock = clock;
    this.#defaults = defaults;
  }

  /** What is known just now; nothing yet: the defaults. */
  readonly of = (listing: string): ListingPolicy => {
    const known = this.#known.get(machineOfListing(listing))?.policy ?? this.#policy(undefined, undefined);
    if (!isListingOfBranches(listing)) return known;
    const atLeast = (ms: number): number => Math.max(ms, BRANCH_MS_MIN);
    return { ...known, retentionMs: atLeast(known.retentionMs), minAgeMs: atLeast(known.minAgeMs) };
  };

  #policy(retentionMs: number | undefined, bytesMax: number | undefined): ListingPolicy {
    const { minAgeMs } = this.#defaults;
    return { retentionMs: Math.max(retentionMs ?? this.#defaults.retentionMs, minAgeMs), bytesMax, minAgeMs };
  }

  /** Looks at the state machines of these listings. What is known of one that was deleted goes on. */
  async learn(listings: Iterable<string>): Promise<void> {
    const now = this.#clock.elapsed();
    for (const machineKey of new Set([...listings].map(machineOfListing))) {
      const known = this.#known.get(machineKey);
      if (known !== undefined && now - known.at < KNOWN_MS) continue;
      const [region = '', account = '', name = ''] = machineKey.split(':');
      const machine = await this.#machines.find(stateMachineArn(region, account, name));
      const { retentionMs, bytesMax } = taggedPolicy(machine?.tags ?? []);
      const policy = machine === undefined ? known?.policy : undefined;
      this.#known.set(machineKey, { policy: policy ?? this.#policy(retentionMs, bytesMax), at: now });
    }
  }
}
