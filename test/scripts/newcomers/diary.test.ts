import { Diary, type Step } from '../../../scripts/newcomers/diary.ts';

test('a step that throws has failed, with its reason, and so has the whole', async () => {
  const told: Step[] = [];
  const diary = new Diary((step) => told.push(step));
  await diary.step('npm install', async () => '46 packages');
  const failing = diary.step('query', async () => {
    throw new Error('2 rows are missing.');
  });
  await expect(failing).rejects.toThrow('2 rows are missing.');
  expect(told.map(({ name, outcome, detail }) => [name, outcome, detail])).toEqual([
    ['npm install', 'passed', '46 packages'],
    ['query', 'failed', '2 rows are missing.'],
  ]);
  expect(diary.outcome).toBe('failed');
  expect(diary.seconds).toBe(told.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0));
});

test('a step that cannot be done here is told, and alone is no success', () => {
  const told: Step[] = [];
  const diary = new Diary((step) => told.push(step));
  diary.notRun('boto3', 'there is no Python');
  expect(told).toEqual([{ name: 'boto3', outcome: 'not run', seconds: null, detail: 'there is no Python' }]);
  expect(diary.outcome).toBe('not run');
});

test('a check is told, and takes none of the time', async () => {
  const told: Step[] = [];
  const diary = new Diary((step) => told.push(step));
  await diary.check('size of node_modules', async () => '56 MB');
  expect(told).toEqual([{ name: 'size of node_modules', outcome: 'passed', seconds: null, detail: '56 MB' }]);
  expect(diary.seconds).toBe(0);
});
