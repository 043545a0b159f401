/** Every service in one process, on the embedded engines. */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AggregatorModule } from '@ticketrail/aggregator';
import { ApiModule } from '@ticketrail/api';
import { CollectorModule } from '@ticketrail/collector';
import { EnricherModule } from '@ticketrail/enricher';
import { AllPartitions, EventLog, Membership, Reference, Tables } from '@ticketrail/pipeline';
import { type Config, EPOCH, FileReference, Keys, Metrics, RuntimeModule, Shutdown } from '@ticketrail/runtime';
import type { Engines } from './embedded-engines.js';
import { Housekeeping } from './housekeeping.js';

/** Where the synthetic restaurants are, unless a file says more. */
const SYNTHETIC_PLACES = [{ location_id: 'LOC-ON-*', time_zone: 'America/Toronto' }];

function referenceOf({ locationsFile }: Config): Reference {
  return locationsFile === undefined ? FileReference.of(SYNTHETIC_PLACES) : FileReference.read(locationsFile);
}

/** What the engines of this process are to the services. */
@Global()
@Module({})
class EnginesModule {
  static with(engines: Engines, config: Config): DynamicModule {
    const { log, tables, epoch } = engines;
    return {
      module: EnginesModule,
      providers: [
        { provide: EventLog, useValue: log },
        { provide: Tables, useValue: tables },
        { provide: EPOCH, useValue: epoch },
        { provide: Membership, useValue: new AllPartitions(epoch.partitions) },
        { provide: Reference, useValue: referenceOf(config) },
        {
          provide: Housekeeping,
          inject: [Metrics, Shutdown],
          useFactory: (metrics: Metrics, shutdown: Shutdown) => new Housekeeping(engines, metrics, shutdown),
        },
      ],
      exports: [EventLog, Tables, EPOCH, Membership, Reference],
    };
  }
}

@Module({})
export class StandaloneModule {
  static with(config: Config, keys: Keys, engines: Engines): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        RuntimeModule.with(config, keys),
        EnginesModule.with(engines, config),
        CollectorModule,
        EnricherModule,
        AggregatorModule,
        ApiModule,
      ],
    };
  }
}
