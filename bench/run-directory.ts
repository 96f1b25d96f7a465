import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Runs `work` with an empty directory in `parent`, which is gone afterwards: at the latest with this process. */
export async function inRunDirectory<Result>(
  parent: string,
  work: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(parent, 'redstep-bench-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.once('exit', remove);
  try {
    return await work(directory);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
