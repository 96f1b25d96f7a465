import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Leaves the question where an approver finds it. In real life: a mail or a chat message with two links. */
export async function handler({ taskToken, request }) {
  const outbox = process.env.APPROVALS_DIR ?? '.redstep/approvals';
  await mkdir(outbox, { recursive: true });
  await writeFile(join(outbox, `${request.requestId}.json`), JSON.stringify({ taskToken, request }));
  return { asked: request.requestId };
}
