/**
 * A process that owns an LMDB store: `lmdb-child.ts DIRECTORY [DURABILITY [SEGMENT_BYTES [FLUSH_HERE_BYTES]]]`. Reports in lines on stdout: `open`,
 * `error NAME MESSAGE`; for each line on stdin (`commit BYTES`, `check`, `ping`, `close`) what came of it: `committed
 * NUMBER`, `holds NUMBER` (see store-load.ts), `pong`, `closed`. `run BYTES` commits until the process ends.
 */
import { createInterface } from 'node:readline';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { checkLoad, commitLoad } from './store-load.ts';
import { StoreOwner } from './store-owner.ts';

const [directory = '', durability = 'fsync', segmentBytes = String(2 ** 20), flushHereBytes = '0'] =
  process.argv.slice(2);

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

function reportError(error: unknown): void {
  report(error instanceof Error ? `error ${error.name} ${error.message}` : `error ${String(error)}`);
}

async function main(): Promise<void> {
  const store = openLmdbStore({
    directory,
    durability: durability === 'relaxed' ? 'relaxed' : 'fsync',
    journalSegmentBytes: Number(segmentBytes),
    flushHereBytesMax: Number(flushHereBytes),
  });
  const owner = await StoreOwner.take(store, String(process.pid));
  report('open');
  const answers = {
    commit: async (bytes: number) => `committed ${await commitLoad(owner, bytes)}`,
    run: async (bytes: number) => {
      for (;;) report(`committed ${await commitLoad(owner, bytes)}`);
    },
    check: async () => `holds ${await checkLoad(store)}`,
    ping: async () => 'pong',
    close: async () => {
      await store.close();
      return 'closed';
    },
  };
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [command, bytes] = line.split(' ');
    for (const [name, answer] of Object.entries(answers)) {
      if (name === command) answer(Number(bytes)).then(report, reportError);
    }
  });
}

main().catch(reportError);
