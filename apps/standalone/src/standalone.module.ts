/** Every service in one process, on the embedded engines. */
import { type DynamicModule, Module } from '@nestjs/common';
import { AggregatorModule } from '@ticketrail/aggregator';
import { ApiModule } from '@ticketrail/api';
import { CollectorModule } from '@ticketrail/collector';
import { type Engines, EnginesModule } from '@ticketrail/engines';
import { EnricherModule } from '@ticketrail/enricher';
import { type Config, Keys, RuntimeModule, Tracing } from '@ticketrail/runtime';

@Module({})
export class StandaloneModule {
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
}
