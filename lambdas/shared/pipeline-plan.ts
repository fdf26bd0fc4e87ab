import pipeline from '#pipeline';
import { randomHashKey } from '../../adapters/hash-key.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';

/**
 * The pipeline that was bundled with this Lambda: `#pipeline` stands for its definition. What takes long to compile is compiled when it
 * is first used, unless the Lambda says that it always needs it: while a function starts it has a whole CPU.
 */
export const plan = compilePipeline(pipelineDefinition(pipeline, 'The pipeline file'), {
  hashKey: randomHashKey(),
  atOnce: [],
});
