/**
 * Reference data from a JSON file: an array of `{tenant?, location_id, name?, time_zone?}`. A `location_id` that ends with `*`
 * speaks for every id that begins so; the longest match wins.
 */
import { readFileSync } from 'node:fs';
import { type Location, Reference, utcOffsetMinutes } from '@ticketrail/pipeline';
import { ConfigError } from './environment.js';

interface Entry {
  readonly tenant: string | undefined;
  readonly id: string;
  readonly isPrefix: boolean;
  readonly location: Location;
}

export class FileReference extends Reference {
  private readonly known = new Map<string, Location | undefined>();

  private constructor(private readonly entries: readonly Entry[]) {
    super();
  }

  static read(file: string): FileReference {
    let rows: unknown;
    try {
      rows = JSON.parse(readFileSync(file, 'utf8'));
    } catch (cause) {
      throw new ConfigError(`LOCATIONS_FILE ${file} cannot be read as JSON`, { cause });
    }
    if (!Array.isArray(rows)) throw new ConfigError(`LOCATIONS_FILE ${file} must hold an array of places`);
    return new FileReference(rows.map((row, i) => entryOf(row, `${file}, place ${i}`)));
  }

  static of(rows: readonly unknown[]): FileReference {
    return new FileReference(rows.map((row, i) => entryOf(row, `place ${i}`)));
  }

  override location(tenant: string, locationId: string): Location | undefined {
    const key = `${tenant}\u0000${locationId}`;
    if (this.known.has(key)) return this.known.get(key);
    let best: Entry | undefined;
    for (const entry of this.entries) {
      if (entry.tenant !== undefined && entry.tenant !== tenant) continue;
      if (entry.isPrefix ? !locationId.startsWith(entry.id) : locationId !== entry.id) continue;
      if (best === undefined || entry.id.length > best.id.length || !entry.isPrefix) best = entry;
    }
    // Ids come from outside, so what is remembered about them is bounded.
    if (this.known.size >= 100_000) this.known.clear();
    this.known.set(key, best?.location);
    return best?.location;
  }
}

function entryOf(row: unknown, where: string): Entry {
  const { tenant, location_id, name, time_zone } = (row ?? {}) as Record<string, unknown>;
  if (typeof location_id !== 'string' || location_id === '') throw new ConfigError(`${where}: location_id is missing`);
  if (typeof time_zone === 'string' && utcOffsetMinutes(time_zone, 0) === undefined) {
    throw new ConfigError(`${where}: '${time_zone}' is not an IANA time zone`);
  }
  const isPrefix = location_id.endsWith('*');
  return {
    tenant: typeof tenant === 'string' ? tenant : undefined,
    id: isPrefix ? location_id.slice(0, -1) : location_id,
    isPrefix,
    location: {
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof time_zone === 'string' ? { timeZone: time_zone } : {}),
    },
  };
}
