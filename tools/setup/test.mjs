// `npm test`: sets everything up, checks the rules of the house, and runs every test. `npm test -- libs/core` runs one folder's.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { provisionEngines } from './engines/local-engines.mjs';
import { build, checkNode, fail, install, root, step } from './steps.mjs';

checkNode();
await install();
await chromium();
await engines();
await build();
await step('Checking style (oxlint, prettier)', 'npm', ['run', '--silent', 'lint'], {
  onFail: 'The code breaks a rule; `npm run format` mends what is only form.',
});
await step('Checking structure (tidy)', process.execPath, [join(root, 'tools/tidy/tidy.mjs')], {
  onFail: 'The code breaks the structure of the project; what stands above says what to do instead.',
});

const folders = process.argv.slice(2);
const tests = spawnSync(process.execPath, [join(root, 'tools/tidy/jest.mjs'), ...folders], {
  stdio: 'inherit',
  cwd: root,
});
process.exit(tests.status ?? 1);

/** The adapters and the cluster are tested on a real nats-server and a real Cassandra: fetched once and kept. */
async function engines() {
  try {
    await provisionEngines((sentence) => console.log(sentence));
  } catch (error) {
    fail(error.message);
  }
}

/** The page is tested in a real browser: Debian's is installed where that is possible. */
async function chromium() {
  const there = ['chromium', 'chromium-browser', 'google-chrome'].some(
    (name) => spawnSync('which', [name], { stdio: 'ignore' }).status === 0,
  );
  if (there || process.env.CHROMIUM_PATH !== undefined) return;
  const missing = 'The tests open the dashboard in a browser: install Chromium, or set CHROMIUM_PATH to one.';
  if (process.getuid?.() !== 0 || spawnSync('which', ['apt-get'], { stdio: 'ignore' }).status !== 0) fail(missing);
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' }, onFail: missing };
  await step('Looking up Chromium (apt-get update)', 'apt-get', ['update', '-q'], quiet);
  await step(
    'Installing Chromium',
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    quiet,
  );
}
