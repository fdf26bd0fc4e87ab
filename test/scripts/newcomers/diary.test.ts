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
  expect(diary.seconds).toBe(told.reduce((sum, { seconds }) => sum + seconds, 0));
});

test('a step that cannot be done here is told, and alone is no success', () => {
  const told: Step[] = [];
  const diary = new Diary((step) => told.push(step));
  diary.notRun('boto3', 'there is no Python');
  expect(told).toEqual([{ name: 'boto3', outcome: 'not run', seconds: 0, detail: 'there is no Python' }]);
  expect(diary.outcome).toBe('not run');
});
