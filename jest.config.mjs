// Tests are compiled with the sources (tsc -b) and run from dist, so that what is tested is what runs.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/tools'],
  testMatch: ['**/dist/**/*.test.js'],
  modulePathIgnorePatterns: [],
  transform: {},
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/tools/tidy/closing-line.mjs'],
};
