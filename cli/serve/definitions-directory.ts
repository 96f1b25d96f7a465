import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../app.ts';
import { CliError } from '../cli-error.ts';
import { type DefinitionFile, describeDiagnostic, readDefinitionFile } from '../definition-file.ts';
import { deploy, isValidName } from '../deploy.ts';
import { colorsOf, note } from '../output.ts';

const DEFINITION = /\.asl\.json$/i;
/** Editors write a file in several steps: it is read when it has been left alone for so long. */
const SETTLE_MS = 50;

/** A folder whose `NAME.asl.json` is state machine NAME; `NAME.express.asl.json` is Express. */
export class DefinitionsDirectory {
  readonly #app: App;
  readonly #path: string;
  readonly #pending: Map<string, NodeJS.Timeout> = new Map();
  #watcher: FSWatcher | undefined;

  constructor(app: App, path: string) {
    this.#app = app;
    this.#path = path;
  }

  /** Makes a machine of each file. @throws {CliError} one of them is not valid; the others are made. */
  async load(): Promise<void> {
    const names = (await readdir(this.#path)).filter((name) => DEFINITION.test(name)).sort();
    const broken: string[] = [];
    for (const name of names) if (!(await this.#deploy(name))) broken.push(name);
    if (broken.length > 0) {
      throw new CliError(
        `${broken.join(', ')} in ${this.#path}: not valid`,
        'Correct what is said above, then start again.',
      );
    }
  }

  /** Takes up files as they are written. One that is not valid is told; its machine stays as it was. */
  watch(): void {
    this.#watcher = watch(this.#path, (_, name) => {
      if (name === null || !DEFINITION.test(name)) return;
      clearTimeout(this.#pending.get(name));
      this.#pending.set(
        name,
        setTimeout(() => this.#changed(name), SETTLE_MS),
      );
    });
  }

  stop(): void {
    this.#watcher?.close();
    for (const timer of this.#pending.values()) clearTimeout(timer);
  }

  #changed(name: string): void {
    this.#pending.delete(name);
    this.#deploy(name).catch((error) => note(`${name}: ${error instanceof Error ? error.message : String(error)}`));
  }

  /** @returns whether the file is valid. */
  async #deploy(name: string): Promise<boolean> {
    const file = await readDefinitionFile(join(this.#path, name));
    if (!check(file)) return false;
    const { change } = await deploy(this.#app, file);
    if (change !== 'unchanged') note(`  state machine ${file.name} ${change} (${file.type})`);
    return true;
  }
}

function check(file: DefinitionFile): boolean {
  const colors = colorsOf(process.stderr);
  if (!isValidName(file.name)) {
    note(`${file.path}: a state machine cannot be named '${file.name}': rename the file`);
    return false;
  }
  for (const diagnostic of file.diagnostics) note(describeDiagnostic(file.path, diagnostic, colors));
  return file.definition !== undefined;
}
