/** What the tables say of themselves, as metrics. */
import type { Metrics } from '@ticketrail/runtime';
import type { CqlTables } from '@ticketrail/tables';

export function registerTablesMetrics(metrics: Metrics, tables: CqlTables): void {
  const counted = (name: string, help: string, read: (stats: ReturnType<CqlTables['stats']>) => number): void =>
    metrics.counted(`ticketrail_tables_${name}`, help, [], (add) => add({}, read(tables.stats())));
  const gauge = (name: string, help: string, read: (stats: ReturnType<CqlTables['stats']>) => number): void =>
    metrics.gauge(`ticketrail_tables_${name}`, help, [], (set) => set({}, read(tables.stats())));
  counted('rows_read_total', 'Rows read', ({ rowsRead }) => rowsRead);
  counted('rows_written_total', 'Rows written', ({ rowsWritten }) => rowsWritten);
  counted('retries_total', 'Requests sent again', ({ retries }) => retries);
  counted('failures_total', 'Requests given up', ({ failures }) => failures);
  gauge('requests_in_flight', 'Requests on their way', ({ inFlight }) => inFlight);
  gauge('rows_waiting', 'Rows that are not on disk yet', ({ rowsWaiting }) => rowsWaiting);
  gauge('hosts_up', 'Database nodes this process holds a connection to', ({ hostsUp }) => hostsUp);
  gauge('hosts_down', 'Database nodes this process holds no connection to', ({ hostsDown }) => hostsDown);
}
