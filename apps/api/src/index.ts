export { ApiModule } from './api.module.js';
export { serveDashboard } from './dashboard.js';
