/** The contract suites of the ports, for the tests of their adapters. Needs jest. */
export * from './event-log.contract.js';
export * from './tables.contract.js';
