/** A thread with engines and nobody who uses them, but for one check of readiness. */
import { Keys, Readiness, RuntimeModule } from '@ticketrail/runtime';
import { EnginesModule } from '../engines.module.js';
import { runThread } from './run-thread.js';

class ThreadModule {}

export function runThreadOf(check: () => string | undefined): void {
  runThread('test', (config, engines, tracing) => ({
    module: ThreadModule,
    imports: [RuntimeModule.with(config, new Keys([]), tracing, 'counting'), EnginesModule.of(engines, config)],
    providers: [
      {
        provide: 'check',
        inject: [Readiness],
        useFactory: (readiness: Readiness) => readiness.register('idle', check),
      },
    ],
  }));
}
