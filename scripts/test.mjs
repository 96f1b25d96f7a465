// All that must hold before a change lands: lint, types and dead code, then every test. Ends with a line that counts:
//
//   N passed, N failed
//
// The check counts as one. Arguments go to vitest: npm test -- test/unit/core
// Needs a redis-server: see redis-server.mjs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideRedisServer } from './redis-server.mjs';

provideRedisServer();
const directory = mkdtempSync(join(tmpdir(), 'redstep-test-'));
const report = join(directory, 'report.json');

const checked = run('npm', ['run', '--silent', 'check']);
const tested = run('npx', [
  'vitest',
  'run',
  '--project=quick',
  '--project=full',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const { passed, failed } = read();
rmSync(directory, { recursive: true, force: true });
console.log(`${passed + (checked ? 1 : 0)} passed, ${failed + (checked ? 0 : 1)} failed`);
process.exitCode = checked && tested && failed === 0 ? 0 : 1;

function run(command, args) {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

/** A file that could not be loaded has no tests: it counts as one that failed, and so does a run that ended early. */
function read() {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const broken = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + broken.length || (tested ? 0 : 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
