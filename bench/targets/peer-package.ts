import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// This file runs from dist/bench/targets; what is not compiled is where it was written.
const BENCH = fileURLToPath(new URL('../../../bench', import.meta.url));

export interface PeerPackage {
  /** Folder of `peers/`, with a package.json. */
  readonly name: string;
  /** Its program, beside the package.json. */
  readonly program: string;
  /** A dependency: if it is there, all are. */
  readonly dependency: string;
  readonly license: string;
}

/**
 * Downloads what a peer's package.json names, once, without running its install scripts.
 *
 * @returns the directory in which its program may be run.
 */
export function installPeer({ name, program, dependency, license }: PeerPackage): string {
  const source = join(BENCH, 'peers', name);
  const installed = join(BENCH, '.cache', name);
  mkdirSync(installed, { recursive: true });
  for (const file of ['package.json', program]) copyFileSync(join(source, file), join(installed, file));
  if (existsSync(join(installed, 'node_modules', dependency))) return installed;
  console.error(`installing ${dependency} (${license}) from npm into ${installed}`);
  execFileSync('npm', ['install', '--prefix', installed, '--ignore-scripts', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  });
  return installed;
}
