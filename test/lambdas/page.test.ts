import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { type BuiltFile, type BuiltPage, readBuiltPage } from '../../contracts/built-page.ts';
import { BUILT_PAGE } from '../../contracts/built-page-folder.ts';
import { makeHandler } from '../../lambdas/page/make-handler.ts';
import { memoryLog } from './support.ts';

const SIGN_IN = '{"client":"page"}';

/** A bucket in memory that notes what was done, in order. */
function setUp(page: BuiltPage | null = readBuiltPage(BUILT_PAGE), failure: Error | null = null) {
  const files = new Map<string, BuiltFile>();
  const done: string[] = [];
  const answers: { Status: string; Reason: string }[] = [];
  const handler = makeHandler({
    page,
    bucket: {
      async put(file) {
        if (failure !== null) throw failure;
        files.set(file.name, file);
        done.push(`put ${file.name}`);
      },
      names: async () => [...files.keys()],
      async remove(names) {
        for (const name of names) {
          files.delete(name);
          done.push(`remove ${name}`);
        }
      },
    },
    answer: async (_, answer) => void answers.push(answer),
    log: memoryLog(),
    budget: new TimeBudget(),
  });
  const ask = (RequestType: 'Create' | 'Update' | 'Delete') =>
    handler({ RequestType, ResourceProperties: { SignIn: SIGN_IN } } as unknown as CloudFormationCustomResourceEvent);
  return { files, done, answers, ask };
}

test('all files of the page and how it signs people in are put, the one that names the others last', async () => {
  const { files, done, answers, ask } = setUp();
  await ask('Create');
  expect(answers).toEqual([{ Status: 'SUCCESS', Reason: `The page has ${files.size} files.` }]);
  expect(done.at(-1)).toBe('put index.html');
  expect(Buffer.from(files.get('sign-in.json')?.bytes ?? []).toString()).toBe(SIGN_IN);
  const kept = [...files.values()].map(({ name, cacheControl }) => [name.replace(/-.*\./, '.'), cacheControl]);
  expect(kept).toEqual(
    expect.arrayContaining([
      ['assets/index.js', 'public, max-age=31536000, immutable'],
      ['assets/index.css', 'public, max-age=31536000, immutable'],
      ['index.html', 'no-cache'],
    ]),
  );
});

test('files of the page before go once those of the new one are there', async () => {
  const { files, done, ask } = setUp();
  files.set('assets/old.js', {
    name: 'assets/old.js',
    type: 'text/javascript',
    cacheControl: 'no-cache',
    bytes: Buffer.of(),
  });
  await ask('Update');
  expect(files.has('assets/old.js')).toBe(false);
  expect(done.slice(-2)).toEqual(['put index.html', 'remove assets/old.js']);
});

test('nothing is left when the page goes, so that its bucket can go', async () => {
  const { files, answers, ask } = setUp();
  await ask('Create');
  await ask('Delete');
  expect(files.size).toBe(0);
  expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
});

test('a deployment hears why it failed', async () => {
  const failed = setUp(undefined, new Error('S3 is away.'));
  await failed.ask('Create');
  expect(failed.answers).toEqual([{ Status: 'FAILED', Reason: 'S3 is away.' }]);
  const empty = setUp(null);
  await empty.ask('Create');
  expect(empty.answers).toEqual([
    { Status: 'FAILED', Reason: 'The function has no files of the page: deploy it again.' },
  ]);
});
