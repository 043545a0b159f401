// The rules of the house that no linter knows. Each breach is named with what to do instead.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a layer may import; a package's layer is its nx tag. See ARCHITECTURE.md. */
const MAY_IMPORT = {
  core: [],
  pipeline: ['core'],
  engine: [],
  adapter: ['engine', 'pipeline', 'core'],
  simulation: ['pipeline', 'core'],
  runtime: ['pipeline', 'core'],
  assembly: ['runtime', 'adapter', 'pipeline', 'core'],
  app: ['assembly', 'runtime', 'adapter', 'pipeline', 'core'],
  tool: [],
  // Measures parts by themselves, beside the whole.
  bench: ['adapter', 'pipeline', 'core'],
};

/** Composing the apps is what standalone is for. */
const COMPOSES = new Set(['standalone']);

/** The contract suites that every adapter runs. */
const TEST_IMPORTS = { adapter: ['simulation'], pipeline: ['simulation'] };

/** What must not be in a layer: pattern, and what to do instead. */
const FORBIDDEN = {
  core: [
    [/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, 'core has no clock: take the time as a parameter'],
    [/\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/, 'core has no randomness: take a seed or an id as a parameter'],
    [/\bprocess\.|\bfrom 'node:/, 'core knows no environment: take what you need as a parameter'],
    [
      /\bPromise\b|\basync\b|\bawait\b/,
      'core is synchronous: name what has to be read first and let the pipeline read it',
    ],
  ],
  pipeline: [
    [/\bDate\.now\(|\bnew Date\(\)/, 'the pipeline has one clock: the Clock port'],
    [/\bMath\.random\(|\brandomUUID\(/, 'the pipeline has no randomness: take a seed or an id as a parameter'],
    [
      /from '@nestjs\/|from 'lmdb'|from 'cassandra-driver'|from '@nats-io\//,
      'the pipeline knows ports, not drivers: put it into an adapter',
    ],
  ],
};

/** Words that say nothing; see CONTRIBUTING.md. */
const EMPTY_NAMES = /(^|[-.])(utils?|helpers?|common|shared|manager|impl|base|misc)([-.]|$)/;

const FILE_LINES_MAX = 400;
const breaches = [];

const packages = ['libs', 'apps', 'tools'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .map((name) => join(root, folder, name))
    .filter((path) => existsSync(join(path, 'package.json')))
    .map((path) => {
      const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      const layer = manifest.nx?.tags?.find((tag) => tag.startsWith('layer:'))?.slice('layer:'.length);
      return { path, name: manifest.name.replace('@ticketrail/', ''), layer, manifest };
    }),
);
const layerOf = new Map(packages.map(({ name, layer }) => [name, layer]));

for (const { path, name, layer, manifest } of packages) {
  if (!Object.hasOwn(MAY_IMPORT, layer ?? '')) {
    breach(join(path, 'package.json'), `its nx tag must be layer: and one of ${Object.keys(MAY_IMPORT).join(', ')}`);
    continue;
  }
  for (const file of sourcesOf(join(path, 'src'))) checkFile(file, name, layer, manifest);
}

if (breaches.length > 0) {
  console.error(breaches.join('\n'));
  process.exit(1);
}

function checkFile(file, name, layer, manifest) {
  const text = readFileSync(file, 'utf8');
  const isTest = /\.(test|contract)\.tsx?$/.test(file) || file.endsWith('/contract.ts') || /\/testing\//.test(file);
  const lines = text.split('\n').length;
  if (lines > FILE_LINES_MAX) breach(file, `has ${lines} lines: it is two ideas, give each a file`);
  if (
    EMPTY_NAMES.test(
      file
        .split('/')
        .pop()
        .replace(/\.tsx?$/, ''),
    )
  )
    breach(file, 'name it after what it holds');
  for (const [, imported] of text.matchAll(/from '@ticketrail\/([a-z]+)/g)) {
    const target = layerOf.get(imported);
    const allowed = [...MAY_IMPORT[layer], ...(isTest ? (TEST_IMPORTS[layer] ?? []) : [])];
    const mayCompose = COMPOSES.has(name) && target === 'app';
    if (imported === name) breach(file, 'a package imports its own files by their paths');
    else if (target === undefined) breach(file, `there is no package ${imported}`);
    else if (!allowed.includes(target) && !mayCompose) {
      breach(
        file,
        `${layer} must not import ${imported} (${target}): turn the dependency round with a port, or move the code`,
      );
    } else if (!Object.hasOwn({ ...manifest.dependencies, ...manifest.devDependencies }, `@ticketrail/${imported}`)) {
      breach(file, `imports @ticketrail/${imported}, which its package.json does not name`);
    }
  }
  if (isTest) return;
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
  for (const [pattern, instead] of FORBIDDEN[layer] ?? []) {
    const found = pattern.exec(code);
    if (found !== null) breach(file, `'${found[0]}': ${instead}`);
  }
}

function sourcesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function breach(file, sentence) {
  breaches.push(`${relative(root, file)}: ${sentence}`);
}
