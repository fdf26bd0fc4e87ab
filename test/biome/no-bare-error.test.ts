import { refusedLines } from './refused-lines.ts';

const RULE = 'no-bare-error.grit';

test('an error without a class of its own is refused, thrown or not', () => {
  const lines = [
    "throw new Error('It failed.');",
    "throw new Error('It failed.', { cause });",
    "return new Error('It failed.');",
    "throw Error('It failed.');",
    "throw new RangeError('The rate is too high.');",
    "throw new TypeError('The rate is no number.');",
    "export class RateError extends Error { readonly code = 'rate'; }",
  ];
  expect(refusedLines(RULE, lines)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('classes of the project, and what collects several errors, may be thrown', () => {
  const lines = [
    "throw new SettingsError('The rate is 0.');",
    "throw new AggregateError(errors, 'Two failed.');",
    'if (error instanceof Error) throw error;',
    "class RateError extends StreamgaugeError { readonly code = 'rate'; }",
  ];
  expect(refusedLines(RULE, lines)).toEqual([]);
});
