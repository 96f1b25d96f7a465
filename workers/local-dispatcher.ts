import { parseResource, type TaskResource } from '../core/definition/resource.ts';
import type { TaskDispatcher, TaskRequest, TaskResult } from '../runtime/ports/task-dispatcher.ts';
import type { HandlerRegistry } from './handler-registry.ts';
import { Attempt, type TaskHandler } from './task-handler.ts';

interface Route {
  readonly resource: TaskResource;
  readonly handler: TaskHandler;
}

/** Runs tasks in this node: finds the handler of a Resource, and keeps what is under way for `cancel`. */
export class LocalDispatcher implements TaskDispatcher {
  readonly #registry: HandlerRegistry;
  readonly #routes = new Map<string, Route>();
  readonly #underWay = new Map<string, Attempt>();
  readonly #idle: (() => void)[] = [];

  constructor(registry: HandlerRegistry) {
    this.#registry = registry;
  }

  dispatch(task: TaskRequest, report: (result: TaskResult) => void, beat: () => void): void {
    const route = this.#routes.get(task.resource) ?? this.#addRoute(task.resource);
    if (route === undefined) {
      report({ type: 'Failed', error: 'States.Runtime', cause: noHandler(task.resource) });
      return;
    }
    const attempt = new Attempt(task, route.resource, { report, beat, ended: this.#forget });
    try {
      route.handler(attempt);
    } catch (error) {
      attempt.report({ type: 'Failed', error: 'States.Runtime', cause: `${task.resource}: ${String(error)}` });
    }
    if (attempt.open) this.#underWay.set(task.token, attempt);
  }

  /** @returns whether it was under way. */
  cancel(token: string): boolean {
    const attempt = this.#underWay.get(token);
    attempt?.cancel();
    return attempt !== undefined;
  }

  /** Cancels everything: nothing is reported afterwards. */
  cancelAll(): void {
    for (const attempt of [...this.#underWay.values()]) attempt.cancel();
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#underWay.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  // A token can be dispatched again while its first attempt still runs: only the newest is kept.
  readonly #forget = (attempt: Attempt): void => {
    if (this.#underWay.get(attempt.task.token) === attempt) this.#underWay.delete(attempt.task.token);
    if (this.#underWay.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  };

  #addRoute(arn: string): Route | undefined {
    const resource = parseResource(arn);
    const handler = resource && this.#registry(resource);
    if (resource === undefined || handler === undefined) return undefined;
    const route = { resource, handler };
    this.#routes.set(arn, route);
    return route;
  }
}

function noHandler(resource: string): string {
  return `The resource '${resource}' is valid, but this node has no handler for it.`;
}
