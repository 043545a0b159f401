import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ConfigError } from './environment.js';
import { FileReference } from './reference.js';

describe('FileReference', () => {
  const reference = FileReference.of([
    { location_id: 'LOC-*', time_zone: 'America/Toronto' },
    { location_id: 'LOC-BC-*', time_zone: 'America/Vancouver' },
    { location_id: 'LOC-BC-001', name: 'Granville' },
    { tenant: 'other', location_id: 'LOC-7', name: 'Somewhere else' },
  ]);

  test('the longest match wins, and an exact one before any other', () => {
    expect(reference.location('demo', 'LOC-1')).toEqual({ timeZone: 'America/Toronto' });
    expect(reference.location('demo', 'LOC-BC-9')).toEqual({ timeZone: 'America/Vancouver' });
    expect(reference.location('demo', 'LOC-BC-001')).toEqual({ name: 'Granville' });
    expect(reference.location('demo', 'elsewhere')).toBeUndefined();
  });

  test('a place of one tenant is none of another', () => {
    expect(reference.location('other', 'LOC-7')).toEqual({ name: 'Somewhere else' });
    expect(reference.location('demo', 'LOC-7')).toEqual({ timeZone: 'America/Toronto' });
  });

  test.each(['not json', '{}', '[{"name":"x"}]', '[{"location_id":"a","time_zone":"Mars/Olympus"}]'])(
    'says which file is wrong when it holds %s',
    (text) => {
      const file = join(mkdtempSync(join(tmpdir(), 'reference-')), 'locations.json');
      writeFileSync(file, text);
      expect(() => FileReference.read(file)).toThrow(ConfigError);
      expect(() => FileReference.read(file)).toThrow(file);
    },
  );
});
