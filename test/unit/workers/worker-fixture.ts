import { watch } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TaskRequest, TaskResult } from '../../../runtime/ports/task-dispatcher.ts';
import { createLocalWorkers, type LocalWorkers } from '../../../workers/local-workers.ts';
import type { WorkerLogEvent } from '../../../workers/worker-log.ts';

export const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:';
export const INVOKE = 'arn:aws:states:::lambda:invoke';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:machine:one';

export const ignoreBeat = (): void => undefined;

let tokens = 0;

export function taskRequest(resource: string, input: unknown, more: Partial<TaskRequest> = {}): TaskRequest {
  return {
    token: `token-${tokens++}`,
    resource,
    input: JSON.stringify(input),
    executionArn: EXECUTION,
    stateName: 'Work',
    deadlineMs: undefined,
    ...more,
  };
}

/** Folder of functions that goes when the test has ended. */
export async function functionsFolder(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'redstep-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** Workers over a folder of files, with what they logged, waiting for what they will log. */
export class WorkerFixture {
  readonly workers: LocalWorkers;
  readonly folder: string;
  readonly log: WorkerLogEvent[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(folder: string, mode: { isolate: boolean; watch: boolean }) {
    this.folder = folder;
    this.workers = createLocalWorkers({
      functionsDir: folder,
      ...mode,
      log: (event) => {
        this.log.push(event);
        for (const look of this.#waiting) look();
      },
    });
  }

  static async start(
    files: Record<string, string>,
    mode: { isolate?: boolean; watch?: boolean } = {},
  ): Promise<WorkerFixture> {
    const folder = await functionsFolder(files);
    const fixture = new WorkerFixture(folder, { isolate: false, watch: false, ...mode });
    await fixture.workers.start();
    onTestFinished(() => fixture.workers.stop());
    return fixture;
  }

  run(task: TaskRequest, beat: () => void = ignoreBeat): Promise<TaskResult> {
    return new Promise((resolve) => this.workers.dispatch(task, resolve, beat));
  }

  call(name: string, input: unknown = {}): Promise<TaskResult> {
    return this.run(taskRequest(LAMBDA + name, input));
  }

  /** Waits until a file of this name appears in the folder. Call it before what writes the file. */
  written(file: string): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(this.folder, (_, name) => {
        if (name !== file) return;
        watcher.close();
        resolve();
      });
    });
  }

  /** Writes as editors do: whole, and under another name first. */
  async edit(name: string, text: string): Promise<void> {
    const draft = join(this.folder, `.${name}.draft`);
    await writeFile(draft, text);
    await rename(draft, join(this.folder, name));
  }

  logged<Type extends WorkerLogEvent['type']>(type: Type): Promise<Extract<WorkerLogEvent, { type: Type }>> {
    return new Promise((resolve) => {
      const look = (): void => {
        for (const event of this.log) {
          if (!isOfType(event, type)) continue;
          this.#waiting.delete(look);
          resolve(event);
          return;
        }
      };
      this.#waiting.add(look);
      look();
    });
  }
}

function isOfType<Type extends WorkerLogEvent['type']>(
  event: WorkerLogEvent,
  type: Type,
): event is Extract<WorkerLogEvent, { type: Type }> {
  return event.type === type;
}

/** A failure's cause as Lambda's runtime gives it. */
export function causeOf(result: TaskResult): { errorType?: string; errorMessage?: string; trace?: string[] } {
  if (result.type !== 'Failed') throw new Error(`not a failure: ${JSON.stringify(result)}`);
  return JSON.parse(result.cause);
}
