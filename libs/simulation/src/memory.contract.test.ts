import { eventLogContract, tablesContract } from '@ticketrail/pipeline/contract';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryTables } from './memory-tables.js';

let disks = 0;

function newDisk(): { disk: MemoryDisk; clock: ManualClock } {
  disks += 1;
  const clock = new ManualClock(1_800_000_000_000);
  return { clock, disk: new MemoryDisk(clock, `disk ${disks}`) };
}

eventLogContract('MemoryEventLog', async () => {
  const { disk } = newDisk();
  let log = MemoryEventLog.on(disk);
  return {
    log,
    reopen: async () => {
      log.crash();
      log = MemoryEventLog.on(disk);
      return log;
    },
    close: async () => log.crash(),
  };
});

tablesContract('MemoryTables', async () => {
  const { disk, clock } = newDisk();
  let tables = MemoryTables.on(disk);
  return {
    tables,
    now: () => clock.now(),
    pass: (ms) => clock.advance(ms),
    reopen: async () => {
      tables.crash();
      tables = MemoryTables.on(disk);
      return tables;
    },
    close: async () => tables.crash(),
  };
});
