import { PassThrough } from 'node:stream';
import { StoreInUseError } from '../../adapters/embedded/store-lock.ts';
import { UsageError } from '../../bin/cli/command.ts';
import { report } from '../../bin/cli/report.ts';
import { FileError } from '../../runtime/files/file-error.ts';

function told(error: unknown, debug = false) {
  const stderr = new PassThrough();
  const code = report(error, { stderr }, debug);
  return { code, stderr: String(stderr.read()) };
}

const withFacts = (message: string, facts: object) => Object.assign(new Error(message), facts);

test.each([
  ['an error of the command line', new UsageError('--out is empty.'), 2, '--out is empty.'],
  ['an error of a file', new FileError('The file a cannot be written.'), 1, 'The file a cannot be written.'],
  ['a store that is in use', new StoreInUseError('The store is in use.'), 4, 'The store is in use.'],
  ['a sentence of several lines', new FileError('One.\nTwo.'), 1, 'One. Two.'],
  [
    'what the system refuses',
    withFacts('EROFS: read-only file system, open', { code: 'EROFS', syscall: 'open', path: 'a/b' }),
    1,
    "The system refused 'open' of a/b: its file system is read-only. Name another place.",
  ],
  [
    'a package that is not installed',
    withFacts("Cannot find package '@aws-sdk/client-s3' imported from /x/y.ts", { code: 'ERR_MODULE_NOT_FOUND' }),
    1,
    'This command needs the package @aws-sdk/client-s3, which is not installed. Run npm install @aws-sdk/client-s3; in a clone of streamgauge, npm ci brings all.',
  ],
  [
    'a fault of ours',
    new TypeError('x is not a function\nmore'),
    1,
    'This should not happen: x is not a function. Give the command again with --debug, and report what it prints.',
  ],
  [
    'what is no error',
    undefined,
    1,
    'This should not happen: undefined. Give the command again with --debug, and report what it prints.',
  ],
])('%s is one sentence', (_, error, code, sentence) => {
  expect(told(error)).toEqual({ code, stderr: `streamgauge: ${sentence}\n` });
});

test('with debug, where it came from is shown, and what caused it', () => {
  const { stderr } = told(new FileError('The file a cannot be written.', { cause: new RangeError('deep') }), true);
  expect(stderr).toMatch(
    /^streamgauge: The file a cannot be written\.\nFileError: [\s\S]*report\.test\.ts[\s\S]*RangeError: deep/,
  );
});
