// `npm start`: sets everything up and runs Ticketrail as one process. Ctrl-C goes to it, and its end is ours.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, checkNode, install, root } from './steps.mjs';

checkNode();
await install();
await build();

const child = spawn(process.execPath, [join(root, 'apps/standalone/dist/main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: process.cwd(),
});
// A terminal sends Ctrl-C to both; a supervisor sends SIGTERM to us alone.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
