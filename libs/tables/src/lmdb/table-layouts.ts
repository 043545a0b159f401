/** Which columns the rows of each table were written with: a row holds its values in their order, without their names. */
import type { TableSpec } from '@ticketrail/core';
import type { Tables } from '@ticketrail/pipeline';

/** The rows were written by a version of this software whose tables have other columns. */
export class TablesOfAnotherVersion extends Error {
  readonly code = 'TABLES_OF_ANOTHER_VERSION';
}

const LAYOUTS: TableSpec = {
  name: 'table_layouts',
  answers: 'Which columns the rows of a table have.',
  partition: ['name'],
  clustering: [],
  columns: { name: 'text', layout: 'text' },
};

/** Throws TablesOfAnotherVersion when a table is stored in another layout; notes the layouts of those that are new. */
export async function compareLayouts(tables: Tables, directory: string, specs: readonly TableSpec[]): Promise<void> {
  const known = await tables.read(
    LAYOUTS,
    specs.map(({ name }) => ({ name })),
  );
  const added = specs.filter((spec, i) => {
    const stored = known[i]?.['layout'];
    if (stored === undefined || stored === layoutOf(spec)) return stored === undefined;
    throw new TablesOfAnotherVersion(
      `${directory} holds table ${spec.name} as another version of Ticketrail wrote it; ` +
        'go on with that version, or begin with an empty data directory and post the events again',
    );
  });
  await tables.write(
    added.map((spec) => ({ table: LAYOUTS, row: { name: spec.name, layout: layoutOf(spec) }, clock: 1 })),
  );
}

function layoutOf({ partition, clustering, columns }: TableSpec): string {
  return JSON.stringify([partition, clustering, Object.entries(columns)]);
}
