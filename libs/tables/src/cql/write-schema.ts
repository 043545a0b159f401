/**
 * `npm run schema` writes infra/scylla/schema.cql from the tables in core. With `--first`, also the first migration: only before
 * a version was released, since a database that has it refuses another text.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TABLES } from '@ticketrail/core';
import { MIGRATIONS_DIRECTORY } from './migrations.js';
import { SCHEMA_FILE, ddlOf, schemaCql } from './schema.js';

await writeFile(SCHEMA_FILE, schemaCql(TABLES));
if (process.argv.includes('--first')) {
  const tables = TABLES.map((table) => `${ddlOf(table)};\n`).join('\n');
  await writeFile(join(MIGRATIONS_DIRECTORY, '0001-tables.cql'), `-- Every table of the first version.\n\n${tables}`);
}
