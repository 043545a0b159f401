/** What every service shares: keys, metrics, health, orderly shutdown. Global, so that composed services share one of each. */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Clock } from '@ticketrail/pipeline';
import type { Config } from './config.js';
import { HealthController, Readiness } from './health.js';
import { KeyGuard, Keys } from './keys.js';
import { Metrics, MetricsController } from './metrics.js';
import { Shutdown } from './shutdown.js';
import { OwnStatus } from './service-status.js';
import { SystemClock } from './system-clock.js';
import { CLUSTER_MEMBER, CONFIG, THREAD } from './tokens.js';
import { Tracing } from './tracing.js';

@Global()
@Module({})
export class RuntimeModule {
  /** @param thread its name, where a process has several and this is not the first */
  static with(config: Config, keys: Keys, tracing = Tracing.OFF, thread?: string): DynamicModule {
    return {
      module: RuntimeModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: CLUSTER_MEMBER, useValue: config.cluster.memberName },
        { provide: THREAD, useValue: thread },
        { provide: Keys, useValue: keys },
        {
          provide: Tracing,
          inject: [Shutdown],
          useFactory: (shutdown: Shutdown) => {
            shutdown.at('engines', 'traces', () => tracing.close());
            return tracing;
          },
        },
        { provide: Clock, useClass: SystemClock },
        KeyGuard,
        Metrics,
        OwnStatus,
        Readiness,
        Shutdown,
      ],
      exports: [CONFIG, Keys, Clock, KeyGuard, Metrics, OwnStatus, Readiness, Shutdown, Tracing],
    };
  }
}
