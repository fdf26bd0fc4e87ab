/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.(ts|mts|js|mjs)$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
  // These packages ship ES modules only, and jest loads CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!typebox/)'],
  moduleNameMapper: {
    '^streamgauge$': '<rootDir>/engine/index.ts',
    '^streamgauge/producer$': '<rootDir>/producer/index.ts',
    '^#pipeline$': '<rootDir>/pipelines/weblog.ts',
  },
  // A bound for what hangs, not a measure of speed: property tests and child processes take a while on a busy machine.
  testTimeout: 600_000,
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/test/summary-reporter.js'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out/'],
};
