import { Module } from '@nestjs/common';
import { Clock, type Epoch, EventLog, Replica, Tables } from '@ticketrail/pipeline';
import { EPOCH, Keys } from '@ticketrail/runtime';
import { Broadcast } from './broadcast.js';
import { Figures } from './figures.js';
import { InFlight } from './in-flight.js';
import { LiveReplica } from './live-replica.js';
import { RecordsController } from './records.controller.js';
import { ReportsController } from './reports.controller.js';
import { StreamController } from './stream.controller.js';

/** Minutes and days kept in memory; anything older is answered from the tables. */
const LIVE = { liveMinutes: 75, liveDays: 2 };

/** Needs EventLog, Tables, Clock and the epoch. */
@Module({
  controllers: [ReportsController, RecordsController, StreamController],
  providers: [
    {
      provide: Replica,
      inject: [EventLog, Tables, Clock, EPOCH, Keys],
      useFactory: (log: EventLog, tables: Tables, clock: Clock, epoch: Epoch, keys: Keys) =>
        new Replica({ log, tables, clock }, epoch, { tenants: keys.tenants, ...LIVE }),
    },
    Figures,
    InFlight,
    Broadcast,
    LiveReplica,
  ],
})
export class ApiModule {}
