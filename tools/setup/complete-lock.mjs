// `npm run lock`: completes package-lock.json after a dependency was added.
//
// npm leaves the builds of a package for other platforms out of the lock when they cannot be fetched at that moment, and `npm ci`
// then refuses the lock. Their names and versions stand in the package that wants them, which is all that a lock needs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

const SYSTEMS = ['darwin', 'freebsd', 'win32', 'linux', 'android', 'openharmony'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'riscv64', 'ppc64', 's390x', 'loong64'];

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;
let added = 0;
for (const [path, wanting] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(wanting.optionalDependencies ?? {})) {
    const isThere = `${path}/node_modules/${name}` in packages || `node_modules/${name}` in packages;
    if (isThere || !/^\d+\.\d+\.\d+/.test(version)) continue;
    const parts = name.split(/[-/]/);
    packages[`node_modules/${name}`] = {
      version,
      cpu: PROCESSORS.filter((cpu) => parts.includes(cpu)).slice(0, 1),
      ...(wanting.dev ? { dev: true } : {}),
      ...(parts.includes('musl') ? { libc: ['musl'] } : parts.includes('gnu') ? { libc: ['glibc'] } : {}),
      license: wanting.license,
      optional: true,
      os: SYSTEMS.filter((system) => parts.includes(system)).slice(0, 1),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform builds added to package-lock.json`);
