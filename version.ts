import { readFileSync } from 'node:fs';

/** Version of this Redstep. */
export const VERSION: string = readVersion();

function readVersion(): string {
  // Beside the sources is the package's own file, above dist/ too.
  for (const path of ['./package.json', '../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (name === 'redstep') return version;
    } catch {
      // not there: try the other
    }
  }
  return 'unknown';
}
