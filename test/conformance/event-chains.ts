/** One event of a history. `text`: all of it but for the ids. */
export interface ChainedEvent {
  readonly previousEventId: number;
  readonly type: string;
  readonly text: string;
}

/** Events that follow whichever of several branches came last, or made room. */
const JOINS = /^(MapIterationStarted|(Map|Parallel)State(Succeeded|Exited))$/;

const QUOTED = /state '([^']+)' \(entered at the event id #(\d+)\)/g;

/**
 * The events of a history, each behind those that it follows: the same for two histories that differ only in how
 * branches overtake each other. A quoted id must be that of the event that entered the state.
 */
export function eventChains(history: readonly ChainedEvent[]): string[] {
  const chains: string[] = [];
  for (const { previousEventId, type, text } of history) {
    const before = JOINS.test(type) ? '…' : (chains[previousEventId - 1] ?? '');
    chains.push(`${before}\n${text.replace(QUOTED, (quote, state, id) => quoted(history[id - 1], state) ?? quote)}`);
  }
  return chains.sort();
}

function quoted(entered: ChainedEvent | undefined, state: string): string | undefined {
  const isEntry = entered?.type.endsWith('StateEntered') === true && entered.text.includes(`"${state}"`);
  return isEntry ? `state '${state}' (entered)` : undefined;
}
