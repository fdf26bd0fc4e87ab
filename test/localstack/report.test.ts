import { Report } from '../../localstack/report.ts';

test('a step that throws has failed, and so has the whole', async () => {
  const lines: string[] = [];
  const report = new Report((line) => lines.push(line));
  await report.step('Deployment', async () => '5 outputs');
  const failing = report.step('Rows', async () => {
    throw new Error('2 rows are missing.');
  });
  await expect(failing).rejects.toThrow('2 rows are missing.');
  expect(lines).toEqual(['PASSED  Deployment: 5 outputs', 'FAILED  Rows: 2 rows are missing.']);
  expect(report.summary).toBe('Local cloud: failed. 1 passed, 1 failed, 0 not run.');
});

test('what is left out alone is no success', () => {
  const report = new Report(() => undefined);
  report.add('Bronze', 'not run', 'the endpoint delivers nothing');
  expect(report.summary).toBe('Local cloud: not run. 0 passed, 0 failed, 1 not run.');
});
