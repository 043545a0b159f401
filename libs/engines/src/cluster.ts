/** For services that run as their own processes. Apart, so that a process with embedded engines loads no driver. */
export { openClusterEngines, openClusterLog, prepareCluster } from './cluster-engines.js';
export { runService, type Service } from './run-service.js';
export { waitForEngines } from './wait-for-engines.js';
