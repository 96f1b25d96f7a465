import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerLog } from '../worker-log.ts';
import { bundleFunction, functionSources } from './function-bundle.ts';
import type { FunctionDirectory } from './function-directory.ts';
import { functionNotFound, type TaskFailure } from './function-error.ts';
import type { FunctionCall } from './function-host.ts';
import { SourceWatcher } from './source-watcher.ts';

export interface FunctionSourcesOptions {
  /** Tells when a prepared function's files change. */
  readonly watch: boolean;
  /**
   * The functions are loaded into this thread, which keeps every module it has imported: to see an edited import,
   * JavaScript is bundled too.
   */
  readonly inThisThread: boolean;
  readonly log: WorkerLog;
}

/** From a function's name to a file that Node can import, and word of every change to what it is made of. */
export class FunctionSources {
  readonly #directory: FunctionDirectory;
  readonly #options: FunctionSourcesOptions;
  readonly #watcher: SourceWatcher | undefined;
  #bundleDir: Promise<string> | undefined;
  #bundles = 0;

  constructor(directory: FunctionDirectory, options: FunctionSourcesOptions, changed: (functionName: string) => void) {
    this.#directory = directory;
    this.#options = options;
    if (!options.watch) return;
    this.#watcher = new SourceWatcher((functionName, file) => {
      changed(functionName);
      options.log({ type: 'FunctionChanged', functionName, file });
    });
  }

  /** Absolute path of the file to import; undefined: there is no such function. */
  async prepare(functionName: string): Promise<string | TaskFailure | undefined> {
    const file = await this.#directory.find(functionName);
    if (file === undefined) return undefined;
    // Watched from before it is read: a change in between is not missed.
    this.#watcher?.watch(functionName, [file]);
    if (!file.endsWith('.ts') && !(this.#watcher && this.#options.inThisThread)) {
      if (this.#watcher) this.#watcher.watch(functionName, await functionSources(file));
      return file;
    }
    const bundle = await bundleFunction(file);
    if ('error' in bundle) return bundle;
    this.#watcher?.watch(functionName, bundle.sources);
    return this.#write(functionName, bundle.code);
  }

  async has(functionName: string): Promise<boolean> {
    return (await this.#directory.find(functionName)) !== undefined;
  }

  /** Tells the log where the function of a call was looked for; gives Lambda's answer, which does not say. */
  missing({ target, task, requestId }: FunctionCall): TaskFailure {
    this.#options.log({
      type: 'FunctionMissing',
      functionName: target.name,
      functionsDir: this.#directory.path,
      executionArn: task.executionArn,
      stateName: task.stateName,
    });
    return functionNotFound(target.qualifiedArn, requestId);
  }

  async stop(): Promise<void> {
    this.#watcher?.stop();
    const bundleDir = await this.#bundleDir;
    if (bundleDir !== undefined) await rm(bundleDir, { recursive: true, force: true });
  }

  async #write(functionName: string, code: string): Promise<string> {
    if (this.#options.inThisThread) process.setSourceMapsEnabled(true); // traces name the lines people wrote
    this.#bundleDir ??= mkdtemp(join(tmpdir(), 'redstep-functions-'));
    const file = join(await this.#bundleDir, `${functionName}.${this.#bundles++}.mjs`);
    await writeFile(file, code);
    return file;
  }
}
