/** Faults that happen at a moment: to a process, to the log, or to the tables. */
import { CHECKPOINTS } from '@ticketrail/core';
import type { Choices } from './choices.js';
import type { Cluster } from './cluster.js';
import type { Moment } from './faults.js';
import type { MemoryDisk } from './memory-disk.js';
import { TAIL_MS_MAX } from './settings.js';

/** Lets it happen; what has an end ends by itself. */
export function happen(moment: Moment, cluster: Cluster): void {
  cluster.sometimes.saw(moment);
  HAPPENING[moment](cluster);
}

const HAPPENING: Record<Moment, (cluster: Cluster) => void> = {
  crash(cluster) {
    const { running, choices, scheduler } = cluster;
    cluster.kill(choices.pick(running));
    cluster.startWorker();
    scheduler.in(choices.integer(1, 300), () => cluster.assign());
  },

  pause(cluster) {
    const { running, choices, scheduler } = cluster;
    const { link } = choices.pick(running);
    link.stop();
    cluster.startWorker();
    if (choices.chance(0.8)) scheduler.in(choices.integer(1, 400), () => cluster.assign());
    scheduler.in(choices.integer(50, 4_000), () => link.continue());
  },

  deploy(cluster) {
    const old = cluster.choices.pick(cluster.running);
    cluster.startWorker();
    void old.end();
    cluster.scheduler.in(5, () => cluster.assign());
  },

  'two owners'(cluster) {
    if (cluster.running.length < 2) cluster.startWorker();
    cluster.assign(0.7);
    cluster.scheduler.in(cluster.choices.integer(100, 2_000), () => cluster.assign(0.2));
  },

  'collector crash'(cluster) {
    cluster.crashCollector();
  },

  'tables away'(cluster) {
    cluster.areTablesAway = true;
    cluster.scheduler.in(cluster.choices.integer(50, 1_500), () => (cluster.areTablesAway = false));
  },

  /** The tables' machine loses its power, and of what they took last some is gone: not all of it, and not the last. */
  'lost tail'(cluster) {
    const { choices, disk, scheduler } = cluster;
    for (const worker of cluster.running) cluster.kill(worker);
    loseSince(scheduler.now() - choices.integer(100, TAIL_MS_MAX), disk, choices, drawLost(choices));
    cluster.isTailInDoubt = true;
    cluster.startWorker();
    cluster.startWorker();
    cluster.assign();
  },

  /**
   * Tables that sync now and then are restarted: of what they took since they synced last some is gone, and whoever wrote it
   * works on. Often it is the checkpoint that settling waits for, before it is read.
   */
  'tables restart'(cluster) {
    if (cluster.choices.chance(0.5)) restartTables(cluster);
    else restartTablesAtCheckpoint(cluster);
  },

  'log full'(cluster) {
    cluster.broker.isFull = true;
    cluster.scheduler.in(cluster.choices.integer(50, 1_000), () => (cluster.broker.isFull = false));
  },

  'clock back'(cluster) {
    cluster.broker.clockOffsetMs = cluster.choices.pick([-3_000, -500, 0, 200]);
  },

  /** What lies behind the checkpoints is let go of, and old changes are. */
  trim(cluster) {
    const { broker, settings, disk, choices } = cluster;
    const rows = [...(disk.tables.get(CHECKPOINTS.name)?.values() ?? [])].flatMap((one) => [...one.values()]);
    for (const { row } of rows) {
      if (!choices.chance(0.7)) continue;
      broker.forget('events', row['shard'] as number, row['seq'] as number);
      broker.forget('ingest', row['shard'] as number, row['ingest'] as number);
    }
    for (let partition = 0; partition < settings.partitions; partition++) {
      broker.forget('rows', partition, broker.lastSeq('rows', partition) - choices.integer(0, 3));
    }
  },

  'roll back events'(cluster) {
    rollBack('events', cluster);
  },

  'roll back ingest'(cluster) {
    rollBack('ingest', cluster);
  },

  /** A log that forgets instead of refusing: entries go that nobody has folded. */
  'evict unread'(cluster) {
    const { broker, choices, settings, scheduler } = cluster;
    for (const worker of cluster.running) cluster.kill(worker);
    cluster.startWorker();
    for (const worker of cluster.running) worker.assign('enricher', [...Array(settings.partitions).keys()]);
    scheduler.in(choices.integer(50, 800), () => {
      const partition = choices.integer(0, settings.partitions - 1);
      broker.forget('events', partition, broker.lastSeq('events', partition) - choices.integer(1, 2));
      cluster.assign();
    });
  },

  recreate(cluster) {
    for (const worker of cluster.running) cluster.kill(worker);
    cluster.broker.recreate();
    cluster.startWorker();
    cluster.assign();
  },
};

/** @param lost share of the rows they took since they synced last that is gone */
function restartTables(cluster: Cluster, lost = drawLost(cluster.choices)): void {
  const { choices, disk, scheduler, settings } = cluster;
  loseSince(scheduler.now() - choices.integer(1, settings.tablesSyncMs - 1), disk, choices, lost);
  disk.life++;
  cluster.areTablesAway = true;
  // Often nobody asks them meanwhile.
  scheduler.in(choices.integer(1, choices.pick([20, 800])), () => (cluster.areTablesAway = false));
  if (!choices.chance(0.3)) return;
  cluster.kill(choices.pick(cluster.running));
  cluster.startWorker();
  cluster.assign();
}

/** When a checkpoint is stored that somebody waits for, and behind which there is nothing yet. */
function restartTablesAtCheckpoint(cluster: Cluster): void {
  const { broker, scheduler } = cluster;
  cluster.whenStored(CHECKPOINTS, ({ row }) => {
    if (!cluster.areFaultsOn) return;
    const isLast = broker.lastSeq('events', row['shard'] as number) === row['seq'];
    if (isLast && cluster.isWaitingForCheckpoint) scheduler.in(0, () => restartTables(cluster, 1));
    else restartTablesAtCheckpoint(cluster);
  });
}

/**
 * Undoes some of what was stored in the tables since then: of one row the newest first.
 *
 * @param lost share of the rows that is gone
 */
function loseSince(since: number, disk: MemoryDisk, choices: Choices, lost: number): void {
  const journal = disk.journal ?? [];
  const keys = new Map<string, boolean>();
  for (let entry = journal.pop(); entry !== undefined && entry.at >= since; entry = journal.pop()) {
    let isLost = keys.get(entry.key);
    if (isLost === undefined) keys.set(entry.key, (isLost = choices.chance(lost)));
    if (isLost) entry.undo();
  }
}

function drawLost(choices: Choices): number {
  return choices.pick([0.2, 0.6, 1]);
}

/** The log loses its end, as after a loss of power: its readers begin again, and often everything else does. */
function rollBack(stream: 'events' | 'ingest', cluster: Cluster): void {
  const { broker, choices, settings } = cluster;
  if (choices.chance(0.6)) {
    for (const worker of cluster.running) cluster.kill(worker);
    cluster.startWorker();
    cluster.startWorker();
    cluster.assign();
  }
  const partition = choices.integer(0, settings.partitions - 1);
  const last = broker.lastSeq(stream, partition);
  broker.rollBack(stream, partition, Math.min(last, Math.max(1, last - choices.integer(1, 5))));
  broker.disconnect();
}
