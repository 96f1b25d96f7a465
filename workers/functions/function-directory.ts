import { type Dirent, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { WorkerLog } from '../worker-log.ts';

/** Extensions a function's file may have; where two files have one name, the earlier extension wins. */
const EXTENSIONS = ['.mjs', '.js', '.cjs', '.ts'];
const FUNCTION_FILE = /^(?<name>[\w-]+)(?<extension>\.(?:mjs|js|cjs|ts))$/;

/** The folder of functions: `NAME.mjs`, `.js`, `.cjs` or `.ts` there is the function NAME. */
export class FunctionDirectory {
  /** Absolute; undefined: there are no functions. */
  readonly path: string | undefined;
  readonly #log: WorkerLog;

  constructor(path: string | undefined, log: WorkerLog) {
    this.path = path === undefined ? undefined : resolve(path);
    this.#log = log;
  }

  /** Absolute path of a function's file. Looks each time: a file may come and go. */
  async find(functionName: string): Promise<string | undefined> {
    if (this.path === undefined) return undefined;
    const entries = await readdir(this.path, { withFileTypes: true }).catch(() => []);
    const files = filesOf(entries, functionName);
    const [used, ignored] = files;
    if (used === undefined) return undefined;
    if (ignored !== undefined) this.#log({ type: 'FunctionAmbiguous', functionName, used, ignored });
    return join(this.path, used);
  }

  /** Names of all functions, sorted. A folder that cannot be read has none. */
  names(): string[] {
    if (this.path === undefined) return [];
    const names = new Set<string>();
    for (const entry of readEntries(this.path)) {
      const name = entry.isDirectory() ? undefined : FUNCTION_FILE.exec(entry.name)?.groups?.name;
      if (name !== undefined) names.add(name);
    }
    return [...names].sort();
  }
}

function readEntries(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function filesOf(entries: readonly Dirent[], functionName: string): string[] {
  const names = new Set(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name));
  return EXTENSIONS.map((extension) => functionName + extension).filter(
    (file) => FUNCTION_FILE.test(file) && names.has(file),
  );
}
