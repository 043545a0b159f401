/** The engines of a process as its services see them: ports to inject, a check of health, metrics, and their orderly end. */
import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { EventLog, Membership, Reference, Tables } from '@ticketrail/pipeline';
import {
  ClusterStatus,
  type Config,
  EPOCH,
  FileReference,
  Metrics,
  OwnStatus,
  Readiness,
  Shutdown,
} from '@ticketrail/runtime';
import type { Engines, LogEngine } from './engines.js';
import { Housekeeping } from './housekeeping.js';

/** Where the synthetic restaurants are, unless a file says more. */
const SYNTHETIC_PLACES = [{ location_id: 'LOC-ON-*', time_zone: 'America/Toronto' }];

function referenceOf({ locationsFile }: Config): Reference {
  return locationsFile === undefined ? FileReference.of(SYNTHETIC_PLACES) : FileReference.read(locationsFile);
}

const ENGINE_LIFE = Symbol('ENGINE_LIFE');

@Global()
@Module({})
export class EnginesModule {
  /** For a service that only writes to the log. */
  static ofLog(engine: LogEngine): DynamicModule {
    return {
      module: EnginesModule,
      providers: [{ provide: EventLog, useValue: engine.log }, lifeOf(engine)],
      exports: [EventLog],
    };
  }

  static of(engines: Engines, config: Config): DynamicModule {
    return {
      module: EnginesModule,
      providers: [
        { provide: EventLog, useValue: engines.log },
        { provide: ClusterStatus, useValue: engines.control },
        { provide: Tables, useValue: engines.tables },
        { provide: EPOCH, useValue: engines.epoch },
        { provide: Membership, useValue: engines.membership },
        { provide: Reference, useValue: referenceOf(config) },
        {
          provide: Housekeeping,
          inject: [Shutdown],
          useFactory: (shutdown: Shutdown) => new Housekeeping(engines, shutdown),
        },
        lifeOf(engines),
      ],
      exports: [EventLog, ClusterStatus, Tables, EPOCH, Membership, Reference],
    };
  }
}

function lifeOf(engine: LogEngine): Provider {
  return {
    provide: ENGINE_LIFE,
    inject: [Metrics, Readiness, OwnStatus, Shutdown],
    useFactory: (metrics: Metrics, readiness: Readiness, status: OwnStatus, shutdown: Shutdown) => {
      engine.control.serve(() => status.services());
      engine.registerMetrics(metrics);
      readiness.register('engines', () => engine.problem());
      shutdown.at('engines', 'engines', () => engine.close());
      return engine;
    },
  };
}
