import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPipeline } from '../runtime/load-pipeline.ts';
import { DOCUMENTS, docBlocks, standalone } from './support/doc-blocks.ts';

/**
 * Code blocks in the documents are code: their pipelines load. `test/docs-commands.prove.test.ts` runs what they show, and
 * `test/docs-types.prove.test.ts` has their types.
 */
const ROOT = resolve(__dirname, '..');
const blocks = DOCUMENTS.flatMap(docBlocks);
const typescript = blocks.filter(({ language }) => language === 'ts');

let dir: string;
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'docs-'));
  for (const [index, block] of typescript.entries()) writeFileSync(join(dir, `block${index}.ts`), standalone(block));
});
afterAll(() => rmSync(dir, { recursive: true }));

const pipelines = typescript.flatMap(({ name, text }, index) =>
  text.includes('export default pipeline(') ? [{ name, index }] : [],
);

test.each(pipelines)('the pipeline in $name loads', async ({ index }) => {
  const pipeline = await loadPipeline(join(dir, `block${index}.ts`));
  expect(pipeline.views.length).toBeGreaterThan(0);
});

/** `test/docs-commands.prove.test.ts` runs them. */
test('the documents show commands, requests and tests', () => {
  const lines = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));
  expect(lines.filter((line) => line.startsWith('npx streamgauge ')).length).toBeGreaterThanOrEqual(5);
});
