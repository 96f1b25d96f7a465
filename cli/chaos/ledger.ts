import { appendFileSync, readFileSync } from 'node:fs';
import { parseTaskToken } from '../../core/interpreter/task-token.ts';

/** Names the file that the functions write to, in the environment of the nodes that run them. */
export const LEDGER_VARIABLE = 'REDSTEP_LEDGER';

/** Called by a function: its attempt has been run, once more. */
export function recordCall(taskToken: string): void {
  appendFileSync(process.env[LEDGER_VARIABLE] ?? '', `${taskToken}\n`);
}

/**
 * What functions have done. Whoever uses the task token as a key, as docs/workers.md advises, has an effect once for each
 * token, however often the function was called: so each token is one effect.
 */
export class Ledger {
  /** Tokens by the ARN of their execution, each with the number of its attempt. */
  readonly #effects: Map<string, Map<string, number>> = new Map();
  /** Calls for a token that had been called before. */
  readonly repeated: number;

  private constructor(tokens: readonly string[]) {
    let repeated = 0;
    for (const token of tokens) {
      const parts = parseTaskToken(token);
      if (parts === undefined) continue;
      const effects = this.#effects.get(parts.executionArn) ?? new Map<string, number>();
      if (effects.has(token)) repeated++;
      this.#effects.set(parts.executionArn, effects.set(token, parts.taskNumber));
    }
    this.repeated = repeated;
  }

  static read(path: string): Ledger {
    return new Ledger(readFileSync(path, 'utf8').split('\n'));
  }

  /** Numbers of the attempts of an execution that had an effect, ascending; a number twice: two attempts had the same one. */
  attempts(executionArn: string): readonly number[] {
    return [...(this.#effects.get(executionArn)?.values() ?? [])].sort((a, b) => a - b);
  }
}
