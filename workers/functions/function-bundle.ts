import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions, BuildResult, Message } from 'esbuild';
import { functionFailure, isError, type TaskFailure } from './function-error.ts';

/** A function's code as one file, and the files it was made of (absolute, without installed packages). */
export interface FunctionBundle {
  readonly code: string;
  readonly sources: readonly string[];
}

interface OutputAsked {
  metafile: true;
  write: false;
}

/** Compiles and bundles a function with all it imports, packages included, to one ES module. */
export async function bundleFunction(file: string): Promise<FunctionBundle | TaskFailure> {
  try {
    const result = await build(file, {
      external: ['*.node'],
      sourcemap: 'inline',
      sourcesContent: false,
      sourceRoot: pathToFileURL(join(dirname(file), '/')).href,
      // CommonJS packages need `require`, and the code runs from another folder than its source.
      banner: { js: `import { createRequire as __createRequire } from 'node:module'; ${requireFrom(file)}` },
      define: {
        'import.meta.url': JSON.stringify(pathToFileURL(file).href),
        'import.meta.filename': JSON.stringify(file),
        'import.meta.dirname': JSON.stringify(dirname(file)),
        __filename: JSON.stringify(file),
        __dirname: JSON.stringify(dirname(file)),
      },
    });
    return { code: result.outputFiles[0]?.text ?? '', sources: sourcesOf(file, result) };
  } catch (error) {
    return bundleFailure(error);
  }
}

/** The files a function is made of, as far as they can be read: for watching, where the function runs as it is. */
export async function functionSources(file: string): Promise<readonly string[]> {
  try {
    const result = await build(file, { packages: 'external' });
    return sourcesOf(file, result);
  } catch {
    return [file];
  }
}

async function build(file: string, options: BuildOptions): Promise<BuildResult<BuildOptions & OutputAsked>> {
  const esbuild = await import('esbuild');
  return esbuild.build({
    entryPoints: [file],
    absWorkingDir: dirname(file),
    outfile: `${basename(file)}.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: `node${process.versions.node}`,
    logLevel: 'silent',
    ...options,
    metafile: true,
    write: false,
  });
}

function requireFrom(file: string): string {
  return `const require = __createRequire(${JSON.stringify(pathToFileURL(file).href)});`;
}

function sourcesOf(file: string, { metafile }: { metafile: { inputs: object } }): string[] {
  const inputs = Object.keys(metafile.inputs).map((input) => resolve(dirname(file), input));
  return inputs.filter((input) => !input.includes('/node_modules/') && !input.includes('\\node_modules\\'));
}

/** What does not compile, in the words of Lambda's runtime. */
function bundleFailure(error: unknown): TaskFailure {
  const [first] = messagesOf(error);
  if (first === undefined) return functionFailure('Runtime.ImportModuleError', String(error), []);
  const where = first.location ? [`${first.location.file}:${first.location.line}:${first.location.column}`] : [];
  return first.text.startsWith('Could not resolve')
    ? functionFailure('Runtime.ImportModuleError', `Error: ${first.text}`, where)
    : functionFailure('Runtime.UserCodeSyntaxError', `SyntaxError: ${first.text}`, where);
}

function messagesOf(error: unknown): readonly Message[] {
  // esbuild throws a BuildFailure, an Error with `errors`; its class is not exported.
  return isError(error) && 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
}
