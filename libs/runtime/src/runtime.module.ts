/** What every service shares: keys, metrics, health, orderly shutdown. Global, so that composed services share one of each. */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Clock } from '@ticketrail/pipeline';
import type { Config } from './config.js';
import { HealthController, Readiness } from './health.js';
import { KeyGuard, Keys } from './keys.js';
import { Metrics, MetricsController } from './metrics.js';
import { Shutdown } from './shutdown.js';
import { SystemClock } from './system-clock.js';

/** Injection token of the Config. */
export const CONFIG = Symbol('CONFIG');

@Global()
@Module({})
export class RuntimeModule {
  static with(config: Config, keys: Keys): DynamicModule {
    return {
      module: RuntimeModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Keys, useValue: keys },
        { provide: Clock, useClass: SystemClock },
        KeyGuard,
        Metrics,
        Readiness,
        Shutdown,
      ],
      exports: [CONFIG, Keys, Clock, KeyGuard, Metrics, Readiness, Shutdown],
    };
  }
}
