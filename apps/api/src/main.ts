/** The api, with the dashboard, as a process of its own. */
import { runService } from '@ticketrail/engines/cluster';
import { serveOpenApi } from '@ticketrail/runtime';
import { ApiModule } from './api.module.js';
import { serveDashboard } from './dashboard.js';

runService({
  name: 'api',
  module: ApiModule,
  needs: 'log and tables',
  hasTenants: true,
  prepare: async (app) => {
    await serveDashboard(app);
    serveOpenApi(app);
  },
});
