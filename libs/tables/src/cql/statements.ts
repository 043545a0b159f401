/**
 * Every statement that is sent for rows. All of them may be sent twice: each write says at which clock and for how long it
 * stands, and none reads what it writes.
 */
import { keyColumns, type TableSpec } from '@ticketrail/core';
import { cqlColumns, tableName } from './schema.js';

/** Writes a whole row: its columns in the order of `cqlColumns`, then clock in microseconds, then seconds to live (0: for ever). */
export function insertOf(table: TableSpec, keyspace: string): string {
  const names = cqlColumns(table).map(({ name }) => name);
  const marks = names.map(() => '?').join(', ');
  return `INSERT INTO ${tableName(table, keyspace)} (${names.join(', ')}) VALUES (${marks}) USING TIMESTAMP ? AND TTL ?`;
}

/** One row by its whole key. */
export function selectOf(table: TableSpec, keyspace: string): string {
  return `${selection(table, keyspace, keyColumns(table))}`;
}

/** Many rows of one partition: the partition key, then a list of clustering keys (as tuples where there are several columns). */
export function selectManyOf(table: TableSpec, keyspace: string): string {
  return `${selection(table, keyspace, table.partition)} AND ${inListOf(table.clustering)}`;
}

/**
 * Rows of several sets in partitions that differ in one column of their keys: the partition key, with a list for that column, then
 * a list of prefixes of the clustering key, all as long as this.
 */
export function scanSetsOf(table: TableSpec, keyspace: string, among: string, prefixLength: number): string {
  const prefixes = inListOf(table.clustering.slice(0, prefixLength));
  return `${selection(table, keyspace, table.partition, among)} AND ${prefixes}`;
}

/**
 * Rows of several partitions that differ in one column of their keys, between two prefixes of the clustering key: the partition key,
 * with a list for that column, the values of `from`, and those of `before`.
 */
export function scanManyOf(
  table: TableSpec,
  keyspace: string,
  among: string,
  fromLength: number,
  beforeLength: number,
): string {
  return `${selection(table, keyspace, table.partition, among)}${boundsOf(table, fromLength, beforeLength)}`;
}

/**
 * Rows of one partition between two prefixes of the clustering key: the partition key, the values of `from`, those of
 * `before`, and the highest number of rows.
 */
export function scanOf(
  table: TableSpec,
  keyspace: string,
  fromLength: number,
  beforeLength: number,
  isReverse: boolean,
): string {
  const order = isReverse ? ` ORDER BY ${table.clustering.map((column) => `${column} DESC`).join(', ')}` : '';
  const bounds = boundsOf(table, fromLength, beforeLength);
  return `${selection(table, keyspace, table.partition)}${bounds}${order} LIMIT ?`;
}

function inListOf(columns: readonly string[]): string {
  return `${columns.length === 1 ? columns[0] : `(${columns.join(', ')})`} IN ?`;
}

function boundsOf(table: TableSpec, fromLength: number, beforeLength: number): string {
  const bound = (operator: string, length: number): string => {
    const columns = table.clustering.slice(0, length);
    return length === 0 ? '' : ` AND (${columns.join(', ')}) ${operator} (${columns.map(() => '?').join(', ')})`;
  };
  return bound('>=', fromLength) + bound('<', beforeLength);
}

/** @param among the column of which several values are given, if there is one */
function selection(table: TableSpec, keyspace: string, by: readonly string[], among?: string): string {
  const names = cqlColumns(table).map(({ name }) => name);
  const keys = by.map((column) => `${column} ${column === among ? 'IN' : '='} ?`).join(' AND ');
  return `SELECT ${names.join(', ')} FROM ${tableName(table, keyspace)} WHERE ${keys}`;
}
