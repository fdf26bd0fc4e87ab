import { installed, warningsOf } from '../../../scripts/newcomers/npm.ts';

test('lines that warn, and no others', () => {
  const stderr =
    'npm warn EBADENGINE Unsupported engine\nadded 3 packages\n(node:1) ExperimentalWarning: SQLite is new\n';
  expect(warningsOf(stderr)).toEqual([
    'npm warn EBADENGINE Unsupported engine',
    '(node:1) ExperimentalWarning: SQLite is new',
  ]);
});

test('what npm said in a few words', () => {
  expect(installed({ stdout: '\nadded 46 packages in 4s\n', stderr: '' })).toBe('46 packages, no warnings');
  const stderr = 'npm warn EBADENGINE Unsupported engine\nnpm warn EBADENGINE }\n';
  expect(installed({ stdout: 'added 12 packages in 1s', stderr })).toBe(
    '12 packages, 2 lines of warnings, beginning with: npm warn EBADENGINE Unsupported engine',
  );
});
