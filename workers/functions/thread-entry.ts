import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

type ThreadName = 'function-thread' | 'watchdog-thread';

const SOURCES: Readonly<Record<ThreadName, URL>> = {
  'function-thread': new URL('./function-thread.ts', import.meta.url),
  'watchdog-thread': new URL('./watchdog-thread.ts', import.meta.url),
};

const compiled = new Map<ThreadName, string>();

/**
 * Starts one of the threads that live beside this file. From TypeScript sources (tests, development) the thread's
 * file is compiled first: Node cannot run it.
 */
export function startThread(name: ThreadName, options: WorkerOptions): Worker {
  const threadOptions: WorkerOptions = { ...options, name, execArgv: [] };
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL(SOURCES[name].href.replace(/ts$/, 'js')), threadOptions);
  }
  const code = compiled.get(name) ?? compile(name);
  compiled.set(name, code);
  return new Worker(code, { ...threadOptions, eval: true });
}

function compile(name: ThreadName): string {
  const esbuild: typeof import('esbuild') = createRequire(import.meta.url)('esbuild');
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [fileURLToPath(SOURCES[name])],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['esbuild'],
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}
