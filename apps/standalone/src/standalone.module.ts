/** Every service in one process, on the embedded engines: in one thread, or in two. */
import { type DynamicModule, Module } from '@nestjs/common';
import { AggregatorModule } from '@ticketrail/aggregator';
import { ApiModule } from '@ticketrail/api';
import { CollectorModule } from '@ticketrail/collector';
import { type CountingThread, type Engines, EnginesModule } from '@ticketrail/engines';
import { EnricherModule } from '@ticketrail/enricher';
import { type Config, Keys, Readiness, RuntimeModule, Shutdown, Tracing } from '@ticketrail/runtime';

@Module({})
export class StandaloneModule {
  /** All of it. */
  static with(config: Config, keys: Keys, engines: Engines, tracing = Tracing.OFF): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        RuntimeModule.with(config, keys, tracing),
        EnginesModule.of(engines, config),
        CollectorModule,
        EnricherModule,
        AggregatorModule,
        ApiModule,
      ],
    };
  }

  /** What takes and answers, beside a thread that counts. */
  static answering(config: Config, keys: Keys, thread: CountingThread, tracing = Tracing.OFF): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        RuntimeModule.with(config, keys, tracing),
        EnginesModule.of(thread.engines, config),
        CollectorModule,
        ApiModule,
      ],
      providers: [
        {
          provide: COUNTING,
          inject: [Readiness, Shutdown],
          useFactory: (readiness: Readiness, shutdown: Shutdown) => thread.join(readiness, shutdown),
        },
      ],
    };
  }

  /** What the thread that counts runs. */
  static counting(config: Config, engines: Engines, tracing: Tracing): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        RuntimeModule.with(config, new Keys([]), tracing, 'counting'),
        EnginesModule.of(engines, config),
        EnricherModule,
        AggregatorModule,
      ],
    };
  }
}

const COUNTING = Symbol('COUNTING');
