import { loadPipeline } from '../runtime/load-pipeline.ts';
import { typescriptBlocks } from './support/doc-blocks.ts';

/**
 * Code blocks in the documents are code: their pipelines load. `test/docs-commands.prove.test.ts` runs what they show, and
 * `test/docs-types.prove.test.ts` has their types.
 */
const pipelines = typescriptBlocks().filter(({ text }) => text.includes('export default pipeline('));

test.each(pipelines)('the pipeline in $name loads', async ({ path }) => {
  const pipeline = await loadPipeline(path());
  expect(pipeline.views.length).toBeGreaterThan(0);
});
