import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkpointWrite } from '@ticketrail/pipeline';
import { readConfig, Shutdown } from '@ticketrail/runtime';
import { openEmbedded } from './embedded-engines.js';
import { Housekeeping } from './housekeeping.js';

test('log entries go an hour after the checkpoint has passed them, and the last settled one stays', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ticketrail-housekeeping-'));
  const engines = await openEmbedded(readConfig({ DATA_DIR: dataDir, PARTITIONS: '1' }));
  const { log, tables, epoch, membership } = engines;
  const leaving = new AbortController();
  const following = membership.follow('aggregator', leaving.signal, () => undefined);
  for (let i = 1; i <= 5; i++) {
    await log.append('ingest', 0, { id: `i${i}`, body: '{}' });
    await log.append('events', 0, { id: `e${i}`, body: '{}' });
  }
  await tables.write([checkpointWrite(epoch, 0, { seq: 4, entry: 'e4', ingest: 3, ingestId: 'i3', logTime: 1 })]);
  const housekeeping = new Housekeeping(engines, new Shutdown());
  const firsts = async (): Promise<(number | undefined)[]> => [
    (await log.first('events', 0))?.seq,
    (await log.first('ingest', 0))?.seq,
  ];
  const now = Date.now();
  await housekeeping.tidy(now);
  await housekeeping.tidy(now + 59 * 60_000);
  expect(await firsts()).toEqual([1, 1]);
  await housekeeping.tidy(now + 61 * 60_000);
  expect(await firsts()).toEqual([4, 4]);
  expect((await log.last('events', 0))?.id).toBe('e5');
  leaving.abort();
  await following;
  await engines.close();
  rmSync(dataDir, { recursive: true });
});
