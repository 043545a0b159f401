// `npm run cluster`: sets everything up and runs Ticketrail as a cluster on this machine: the engines, and each service as a
// process of its own. Ctrl-C ends all of it in order.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readOptions } from './cluster/options.mjs';
import { build, checkNode, fail, install, root } from './steps.mjs';

checkNode();
const options = readOptions(process.argv.slice(2), fail);
await install();
await build();

// In a process group of its own, so that Ctrl-C comes to us alone and the engines outlive the services that need them. It ends
// when it is asked to, and also when its input ends because we are gone.
const child = spawn(process.execPath, [join(root, 'tools/setup/cluster/run.mjs'), JSON.stringify(options)], {
  stdio: ['pipe', 'inherit', 'inherit'],
  detached: true,
  cwd: process.cwd(),
});
process.on('SIGINT', () => child.kill('SIGTERM'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
