import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One numbered step of the schema. Once it has been applied anywhere, its text must not change. */
export interface Migration {
  /** From 1, without holes. */
  readonly version: number;
  readonly name: string;
  /** Statements, each ended by a semicolon at the end of a line. Comments are lines that begin with two dashes. */
  readonly cql: string;
}

/** The numbered files of the repository. */
export const MIGRATIONS_DIRECTORY = fileURLToPath(new URL('../../../../infra/scylla/migrations/', import.meta.url));

const fileName = /^(\d{4})-([a-z0-9-]+)\.cql$/;

/** The migrations in a directory of files such as `0002-add-refunds.cql`, in order. */
export async function readMigrations(directory = MIGRATIONS_DIRECTORY): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => fileName.test(file)).sort();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const [, number, name = ''] = fileName.exec(file) ?? [];
      return { version: Number(number), name, cql: await readFile(join(directory, file), 'utf8') };
    }),
  );
  for (const [index, { version }] of migrations.entries()) {
    if (version !== index + 1) throw new TypeError(`Migration ${index + 1} is missing, or there are two of ${version}`);
  }
  return migrations;
}

export function checksumOf({ cql }: Migration): string {
  return createHash('sha256').update(statementsOf(cql).join(';\n')).digest('hex');
}

/** The statements of a file, without comments; what is only form does not count. */
export function statementsOf(cql: string): string[] {
  return cql
    .replaceAll('\r\n', '\n')
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
