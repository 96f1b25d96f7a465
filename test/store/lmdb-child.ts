/**
 * A process that owns an LMDB store: `lmdb-child.ts DIRECTORY [DURABILITY]`. Reports in lines on stdout: `open`,
 * `error NAME MESSAGE`; for each line on stdin (`commit BYTES`, `close`) what came of it: `committed NUMBER`, `closed`.
 * A commit adds BYTES to the log of an execution of its own, `e<number>`, and says so in the record `last`.
 */
import { createInterface } from 'node:readline';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
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
      if (command === 'commit') report(`committed ${await commitOne(owner, Number(bytes))}`);
      if (command === 'close') {
        await store.close();
        report('closed');
      }
    } catch (error) {
      reportError(error);
    }
  }
}

async function commitOne(owner: StoreOwner, bytes: number): Promise<number> {
  const { number } = owner.prepare([]);
  const change = { key: `e${number}`, appended: `${number}:`.padEnd(bytes, 'x'), wake: number };
  await owner.commit([change], [['last', String(number)]]);
  return number;
}

main().catch(reportError);
