/** Measures one ceiling in a process of its own and prints it as JSON: stage-process.js STAGE LOCATIONS [ENGINE PID]. */
import type { Ceiling } from './ceiling.js';
import { cqlCeiling } from './cql.js';
import { foldCeiling, jsonCeiling, lmdbCeiling, normaliseCeiling, settleCeiling, syncCeiling } from './in-process.js';
import { jetStreamCeilings } from './jetstream.js';

const [stage = '', locations = '', engine = '', pid = ''] = process.argv.slice(2);
const options = { locations: Number(locations), entryEvents: 100 };

const stages: Readonly<Record<string, () => Promise<Ceiling | Ceiling[]>>> = {
  json: () => jsonCeiling(options),
  sync: () => syncCeiling(),
  normalise: () => normaliseCeiling(options),
  settle: () => settleCeiling(options),
  fold: () => foldCeiling(options),
  'lmdb-rows': () => lmdbCeiling(options),
  jetstream: () => jetStreamCeilings(engine, Number(pid), options),
  'cql-rows': () => cqlCeiling(engine, Number(pid), options),
};

const found = await stages[stage]?.();
if (found === undefined) throw new Error(`there is no stage '${stage}'`);
console.log(JSON.stringify([found].flat()));
