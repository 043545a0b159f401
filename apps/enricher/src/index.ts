export { EnricherModule } from './enricher.module.js';
