import { warningsOf } from '../../../scripts/newcomers/npm.ts';

test('lines that warn, and no others', () => {
  const stderr =
    'npm warn EBADENGINE Unsupported engine\nadded 3 packages\n(node:1) ExperimentalWarning: SQLite is new\n';
  expect(warningsOf(stderr)).toEqual([
    'npm warn EBADENGINE Unsupported engine',
    '(node:1) ExperimentalWarning: SQLite is new',
  ]);
});
