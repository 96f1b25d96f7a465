// Plays all parts: a server, an execution that waits for a person, and that person's answer over the API.
//
//   node examples/human-approval/demo.mjs [yes|no]      asks on a terminal when no answer is given
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const redstep = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const outbox = await mkdtemp(join(tmpdir(), 'redstep-approvals-'));

const server = spawn(
  process.execPath,
  [redstep, 'start', '--memory', '--port', '0', '--definitions', here, '--functions', join(here, 'functions')],
  { env: { ...process.env, APPROVALS_DIR: outbox }, stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const endpoint = await listening(server);
  const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:human-approval';
  const input = await readFile(join(here, 'input.json'), 'utf8');
  const { executionArn } = await call(endpoint, 'StartExecution', { stateMachineArn, input });

  const { taskToken, request } = JSON.parse(await eventually(() => readFile(join(outbox, 'E-77.json'), 'utf8')));
  const answer =
    process.argv[2] ?? (await ask(`${request.who} asks for ${request.what} (${request.amount} €). Approve? `));
  const output = JSON.stringify({ approved: /^y/i.test(answer), by: process.env.USER ?? 'you' });
  await eventually(() => call(endpoint, 'SendTaskSuccess', { taskToken, output }));

  const ended = await eventually(async () => {
    const description = await call(endpoint, 'DescribeExecution', { executionArn });
    if (description.status === 'RUNNING') throw new Error('it has not ended yet');
    return description;
  });
  console.log(`${ended.status} ${ended.output ?? `${ended.error}: ${ended.cause}`}`);
} finally {
  server.kill();
  await rm(outbox, { recursive: true, force: true });
}

function listening(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const url = /listens on (\S+)\n/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

/** What any AWS SDK does: one POST of JSON. */
async function call(endpoint, action, body) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `AWSStepFunctions.${action}` },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${action}: ${answer.__type}: ${answer.message}`);
  return answer;
}

async function eventually(attempt) {
  for (let left = 100; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function ask(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question}[y/N] `);
  terminal.close();
  return answer;
}
