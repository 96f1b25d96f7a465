/**
 * A process that owns an LMDB store: `lmdb-child.ts DIRECTORY [DURABILITY]`. Reports in lines on stdout: `open`,
 * `error NAME MESSAGE`; for each line on stdin (`commit BYTES`, `check`, `close`) what came of it: `committed NUMBER`,
 * `holds NUMBER` (see store-load.ts), `closed`.
 */
import { createInterface } from 'node:readline';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { checkLoad, commitLoad } from './store-load.ts';
import { StoreOwner } from './store-owner.ts';

const [directory = '', durability = 'fsync'] = process.argv.slice(2);

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

function reportError(error: unknown): void {
  report(error instanceof Error ? `error ${error.name} ${error.message}` : `error ${String(error)}`);
}

async function main(): Promise<void> {
  const store = openLmdbStore({ directory, durability: durability === 'relaxed' ? 'relaxed' : 'fsync' });
  const owner = await StoreOwner.take(store, String(process.pid));
  report('open');
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, bytes] = line.split(' ');
    try {
      if (command === 'commit') report(`committed ${await commitLoad(owner, Number(bytes))}`);
      if (command === 'check') report(`holds ${await checkLoad(store)}`);
      if (command === 'close') {
        await store.close();
        report('closed');
      }
    } catch (error) {
      reportError(error);
    }
  }
}

main().catch(reportError);
