import { bundledTypebox } from './test/bundled-typebox.js';

/** Both projects, as `npm run check` runs them: then each file tries the random cases of a proof itself, and none is loaded twice. */
const isCheck = !process.argv.some((word) => word.startsWith('--selectProjects'));

/**
 * Two projects, told apart by the names of their files:
 *
 *   test    *.test.ts        what every change runs: `npm test`
 *   prove   *.prove.test.ts  what takes minutes: `npm run prove`
 *
 * @type {import('jest').Config}
 */
const base = {
  testEnvironment: 'node',
  transform: { '\\.(ts|mts|js|mjs)$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
  // These packages ship ES modules only, and jest loads CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(typebox|\\.cache/typebox|hyparquet|hyparquet-writer)/)'],
  moduleNameMapper: {
    ...bundledTypebox(),
    '^streamgauge$': '<rootDir>/engine/index.ts',
    '^streamgauge/client$': '<rootDir>/client/index.ts',
    '^streamgauge/producer$': '<rootDir>/producer/index.ts',
    '^streamgauge/testing$': '<rootDir>/testing/index.ts',
    '^#kinds/(.*)$': '<rootDir>/engine/$1/kinds.ts',
    '^#pipeline$': '<rootDir>/pipelines/weblog.ts',
  },
  runtime: '<rootDir>/test/shared-scripts-runtime.js',
  modulePathIgnorePatterns: ['<rootDir>/cdk.out/', '<rootDir>/dist/'],
};

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...base,
      displayName: 'test',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.prove\\.test\\.ts$'],
      globals: { triesAllCases: isCheck },
    },
    {
      ...base,
      displayName: 'prove',
      testMatch: ['<rootDir>/test/**/*.prove.test.ts'],
      testPathIgnorePatterns: isCheck ? ['/random-cases\\.prove\\.test\\.ts$'] : [],
      // `test/support/random-cases.ts` reads it.
      globals: { triesAllCases: true },
    },
  ],
  // A bound for what hangs, not a measure of speed: property tests and child processes take a while on a busy machine.
  testTimeout: 600_000,
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/sequencer.js',
  reporters: ['default', '<rootDir>/test/summary-reporter.js'],
};
