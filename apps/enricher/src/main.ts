/** The enricher as a process of its own. */
import { runService } from '@ticketrail/engines/cluster';
import { EnricherModule } from './enricher.module.js';

runService({ name: 'enricher', module: EnricherModule, needs: 'log and tables', hasTenants: false });
