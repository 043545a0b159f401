import type { TableSpec } from '@ticketrail/core';

export const killedTable: TableSpec = {
  name: 'killed',
  answers: 'nothing: a process that writes it is killed',
  partition: ['writer'],
  clustering: ['position'],
  columns: { writer: 'int', position: 'bigint', n: 'bigint', text: 'text' },
};
