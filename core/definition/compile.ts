import { assert } from '../assert.ts';
import { STATE_TYPES } from '../history/event-kind.ts';
import { compileChoiceRule } from '../interpreter/choice-rules.ts';
import type { Placement } from '../interpreter/placement.ts';
import { EXPRESS_SECONDS_MAX, INLINE_MAP_CONCURRENCY_MAX } from '../limits.ts';
import type {
  Catcher,
  ChoiceBranch,
  ChoiceState,
  Definition,
  MapState,
  ParallelState,
  Retrier,
  State,
  StatesBlock,
} from './ast.ts';
import {
  compileFlow,
  compileResultPath,
  failFields,
  mapFields,
  passResult,
  taskFields,
  waitUntil,
} from './compile-fields.ts';
import { compileQueries, type Queries } from './compile-queries.ts';
import type {
  CompiledBlock,
  CompiledCatcher,
  CompiledChoiceBranch,
  CompiledRetrier,
  CompiledState,
  Program,
  StateSpecifics,
} from './program.ts';

export interface CompileOptions {
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Iterations of an inline Map at once; AWS's 40 by default. */
  readonly mapConcurrencyMax?: number;
  /** Where branches and iterations run: `local` by default. */
  readonly placement?: Placement | undefined;
}

/** Compiles a definition that `validateDefinition` found no error in. */
export function compileDefinition(definition: Definition, options: CompileOptions): Program {
  const compiler = new Compiler(definition.QueryLanguage ?? 'JSONPath');
  const root = compiler.block(definition);
  return {
    root,
    states: compiler.states,
    timeoutSeconds: options.type === 'EXPRESS' ? expressSeconds(definition) : definition.TimeoutSeconds,
    express: options.type === 'EXPRESS',
    mapConcurrencyMax: options.mapConcurrencyMax ?? INLINE_MAP_CONCURRENCY_MAX,
    placement: options.placement ?? 'local',
  };
}

/** An Express execution has five minutes at most. */
function expressSeconds({ TimeoutSeconds }: Definition): number {
  return Math.min(TimeoutSeconds ?? EXPRESS_SECONDS_MAX, EXPRESS_SECONDS_MAX);
}

/** Links states by name: those of a block are all made before their targets are looked up. */
class Compiler {
  readonly states: Map<string, CompiledState> = new Map();
  readonly #language: 'JSONPath' | 'JSONata';

  constructor(language: 'JSONPath' | 'JSONata') {
    this.#language = language;
  }

  block(block: StatesBlock): CompiledBlock {
    const links: (() => void)[] = [];
    for (const [name, state] of Object.entries(block.States)) this.states.set(name, this.#state(name, state, links));
    for (const link of links) link();
    return { start: this.#named(block.StartAt) };
  }

  #named(name: string): CompiledState {
    const state = this.states.get(name);
    assert(state !== undefined, `the state '${name}' exists: the definition is valid`);
    return state;
  }

  #state(name: string, state: State, links: (() => void)[]): CompiledState {
    const queries = compileQueries((state.QueryLanguage ?? this.#language) === 'JSONata');
    const compiled = {
      name,
      typeNumber: STATE_TYPES.indexOf(state.Type),
      flow: compileFlow(state, queries),
      next: undefined as CompiledState | undefined, // set by the link below
      retry: ('Retry' in state ? (state.Retry ?? []) : []).map(compileRetrier),
      catch: ('Catch' in state ? (state.Catch ?? []) : []).map((entry) => this.#catcher(entry, queries, links)),
      ...this.#specifics(state, queries, links),
    };
    const next = state.Type === 'Choice' ? state.Default : 'Next' in state ? state.Next : undefined;
    if (typeof next === 'string') {
      links.push(() => {
        compiled.next = this.#named(next);
      });
    }
    return compiled as CompiledState; // common and specific members together: what a union of spreads cannot say
  }

  #specifics(state: State, queries: Queries, links: (() => void)[]): StateSpecifics {
    switch (state.Type) {
      case 'Task':
        return taskFields(state, queries);
      case 'Pass':
        return { type: state.Type, result: passResult(state) };
      case 'Choice':
        return this.#choice(state, queries, links);
      case 'Wait':
        return { type: state.Type, until: waitUntil(state, queries) };
      case 'Succeed':
        return { type: state.Type };
      case 'Fail':
        return failFields(state, queries);
      case 'Parallel':
        return { type: state.Type, branches: this.#branches(state) };
      case 'Map':
        return { type: state.Type, processor: this.#processor(state), ...mapFields(state, queries) };
    }
  }

  #branches(state: ParallelState): readonly CompiledBlock[] {
    return state.Branches.map((branch) => this.block(branch));
  }

  #processor(state: MapState): CompiledBlock {
    const processor = state.ItemProcessor ?? state.Iterator;
    assert(processor !== undefined, 'a Map has an ItemProcessor: the definition is valid');
    return this.block(processor);
  }

  #choice(state: ChoiceState, queries: Queries, links: (() => void)[]): StateSpecifics {
    return {
      type: state.Type,
      branches: state.Choices.map((branch, index) => this.#choiceBranch(branch, index, queries, links)),
    };
  }

  #choiceBranch(branch: ChoiceBranch, index: number, queries: Queries, links: (() => void)[]): CompiledChoiceBranch {
    const compiled = {
      matches: queries.jsonata
        ? queries.condition(branch.Condition, `Choices[${index}]/Condition`)
        : compileChoiceRule(branch),
      next: undefined as unknown as CompiledState, // set by the link below, before anything runs
      assign: queries.template(branch.Assign, 'Assign'),
      output: queries.jsonata ? queries.template(branch.Output, 'Output') : undefined,
    };
    links.push(() => {
      compiled.next = this.#named(branch.Next);
    });
    return compiled;
  }

  #catcher(catcher: Catcher, queries: Queries, links: (() => void)[]): CompiledCatcher {
    const compiled = {
      errorEquals: catcher.ErrorEquals,
      next: undefined as unknown as CompiledState, // set by the link below, before anything runs
      resultPath: compileResultPath(catcher.ResultPath),
      output: queries.template(catcher.Output, 'Output'),
      assign: queries.template(catcher.Assign, 'Assign'),
    };
    links.push(() => {
      compiled.next = this.#named(catcher.Next);
    });
    return compiled;
  }
}

/** AWS: "Error handling": one second, three attempts, doubled each time, where a retrier says nothing else. */
function compileRetrier(retrier: Retrier): CompiledRetrier {
  return {
    errorEquals: retrier.ErrorEquals,
    intervalSeconds: retrier.IntervalSeconds ?? 1,
    maxAttempts: retrier.MaxAttempts ?? 3,
    backoffRate: retrier.BackoffRate ?? 2,
    maxDelaySeconds: retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
    jitter: retrier.JitterStrategy === 'FULL',
  };
}
