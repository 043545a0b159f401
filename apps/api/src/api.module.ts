import { Module } from '@nestjs/common';
import { FEEDBACK } from '@ticketrail/core';
import { Clock, type Epoch, EventLog, Receipts, Replica, Tables } from '@ticketrail/pipeline';
import { type Config, CONFIG, EPOCH, Keys } from '@ticketrail/runtime';
import { Books } from './books.js';
import { BooksController } from './books.controller.js';
import { Broadcast } from './broadcast.js';
import { Devices } from './devices.js';
import { ClusterWatch } from './cluster-watch.js';
import { ClusterController } from './cluster.controller.js';
import { Figures } from './figures.js';
import { HistoryJobs } from './history-jobs.js';
import { HistoryJobsController } from './history-jobs.controller.js';
import { InFlight } from './in-flight.js';
import { LiveReplica } from './live-replica.js';
import { RecordsController } from './records.controller.js';
import { Restatements } from './restatements.js';
import { ReportsController } from './reports.controller.js';
import { ReceiptsController } from './receipts.controller.js';
import { StreamController } from './stream.controller.js';

/** Minutes and days kept in memory; anything older is answered from the tables. Feedback is asked for by the week. */
const LIVE = { liveMinutes: 75, liveDays: 2, liveDaysOf: new Map([[FEEDBACK, 8]]) };

/** Needs EventLog, Tables, Clock and the epoch. */
@Module({
  controllers: [
    ReportsController,
    RecordsController,
    BooksController,
    StreamController,
    ReceiptsController,
    HistoryJobsController,
    ClusterController,
  ],
  providers: [
    {
      provide: Replica,
      inject: [EventLog, Tables, Clock, EPOCH, Keys],
      useFactory: (log: EventLog, tables: Tables, clock: Clock, epoch: Epoch, keys: Keys) =>
        new Replica({ log, tables, clock }, epoch, { tenants: keys.tenants, ...LIVE }),
    },
    {
      provide: Receipts,
      inject: [Tables, Clock, EPOCH, CONFIG],
      useFactory: (tables: Tables, clock: Clock, epoch: Epoch, { latenessMs }: Config) =>
        new Receipts({ tables, clock }, epoch, { latenessMs }),
    },
    Figures,
    Books,
    Devices,
    Restatements,
    HistoryJobs,
    InFlight,
    Broadcast,
    LiveReplica,
    ClusterWatch,
  ],
})
export class ApiModule {}
