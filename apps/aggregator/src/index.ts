export { AggregatorModule } from './aggregator.module.js';
