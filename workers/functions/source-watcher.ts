import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Tells which function is made of a file that has changed. Watches folders, not files: editors replace a file
 * rather than write to it. Each change is told once, until the function is watched again.
 */
export class SourceWatcher {
  readonly #changed: (functionName: string, file: string) => void;
  readonly #folders = new Map<string, FSWatcher>();
  readonly #functionsOf = new Map<string, Set<string>>();

  constructor(changed: (functionName: string, file: string) => void) {
    this.#changed = changed;
  }

  watch(functionName: string, files: readonly string[]): void {
    for (const file of files) {
      const functions = this.#functionsOf.get(file);
      if (functions) functions.add(functionName);
      else this.#functionsOf.set(file, new Set([functionName]));
      this.#watchFolder(dirname(file));
    }
  }

  stop(): void {
    for (const folder of this.#folders.values()) folder.close();
    this.#folders.clear();
    this.#functionsOf.clear();
  }

  #watchFolder(folder: string): void {
    if (this.#folders.has(folder)) return;
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name !== null) this.#fileChanged(join(folder, name));
    });
    // A folder that is deleted needs no watching: its functions fail by themselves.
    watcher.on('error', () => this.#folders.delete(folder));
    this.#folders.set(folder, watcher);
  }

  #fileChanged(file: string): void {
    const functions = this.#functionsOf.get(file);
    if (functions === undefined) return;
    for (const functionName of [...functions]) {
      for (const users of this.#functionsOf.values()) users.delete(functionName);
      this.#changed(functionName, file);
    }
  }
}
