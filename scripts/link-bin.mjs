// Makes `npx redstep` run this checkout, as it would a dependency: npm links the commands of dependencies only.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const bin = at('../node_modules/.bin/');

mkdirSync(bin, { recursive: true });
chmodSync(at('../dist/cli/main.js'), 0o755);
if (process.platform === 'win32') {
  writeFileSync(`${bin}redstep.cmd`, '@node "%~dp0\\..\\..\\dist\\cli\\main.js" %*\r\n');
} else {
  rmSync(`${bin}redstep`, { force: true });
  symlinkSync('../../dist/cli/main.js', `${bin}redstep`);
}
