/** The aggregator as a process of its own. */
import { runService } from '@ticketrail/engines/cluster';
import { AggregatorModule } from './aggregator.module.js';

runService({ name: 'aggregator', module: AggregatorModule, needs: 'log and tables', hasTenants: false });
