// Tests are compiled with the sources (tsc -b) and run from dist, so that what is tested is what runs.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/tools'],
  testMatch: ['**/dist/**/*.test.js'],
  modulePathIgnorePatterns: [],
  transform: {},
  testTimeout: 30_000,
  // Tests of real engines mostly wait, so that two at a time fit on two cores.
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/tools/tidy/closing-line.mjs'],
};
