/** How the contract of an event log reads one. */
import { expect } from '@jest/globals';
import type { Entry, EventLog, Head, StreamName } from './ports.js';

/** Reads until `count` entries have come. */
export async function take(
  log: EventLog,
  stream: StreamName,
  partition: number,
  after: number,
  count: number,
): Promise<Entry[]> {
  const abort = new AbortController();
  return untilThere(log.read(stream, partition, after, abort.signal), count, abort);
}

export async function takeHeads(
  log: EventLog,
  stream: StreamName,
  partition: number,
  after: number,
  count: number,
): Promise<Head[]> {
  const abort = new AbortController();
  return untilThere(log.readHeads(stream, partition, after, abort.signal), count, abort);
}

export async function idsAfter(
  log: EventLog,
  stream: StreamName,
  partition: number,
  after: number,
  count: number,
): Promise<string[]> {
  return (await take(log, stream, partition, after, count)).map((entry) => entry.id);
}

export async function drain(groups: AsyncIterable<Entry[]>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const group of groups) entries.push(...group);
  return entries;
}

async function untilThere<T>(groups: AsyncIterable<T[]>, count: number, abort: AbortController): Promise<T[]> {
  const entries: T[] = [];
  for await (const group of groups) {
    expect(group.length).toBeGreaterThan(0);
    entries.push(...group);
    if (entries.length >= count) abort.abort();
  }
  return entries;
}
