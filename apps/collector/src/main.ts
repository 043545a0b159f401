/** The collector as a process of its own. */
import { runService } from '@ticketrail/engines/cluster';
import { CollectorModule } from './collector.module.js';

runService({ name: 'collector', module: CollectorModule, needs: 'log', hasTenants: true });
