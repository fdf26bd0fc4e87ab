import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asExpected, linesOf } from '../goldens/harness.ts';
import { CURRENT, continueSample, SAMPLES, sampledCases, sampleFolders } from './samples.ts';

let outDir: string;
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), 'upgrade-'));
});
afterEach(() => rmSync(outDir, { recursive: true }));

const cases = sampledCases();
const samples = sampleFolders().flatMap((folder) =>
  cases
    .filter(({ name }) => existsSync(join(SAMPLES, folder, `${name}.db.gz`)))
    .map((golden) => ({ folder, name: golden.name, golden })),
);

test('there are samples of what this code writes: `npm run sample-state` takes them', () => {
  const missing = cases.filter(({ name }) => !existsSync(join(SAMPLES, CURRENT, `${name}.db.gz`)));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test.each(samples)('state of $folder goes on to the same rows: $name', async ({ folder, golden }) => {
  const expected = linesOf(join(golden.dir, 'expected'));
  await continueSample(folder, golden, outDir);
  expect(asExpected(linesOf(outDir), expected)).toEqual(expected);
});
