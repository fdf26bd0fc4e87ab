import pipeline from '#pipeline';
import { randomHashKey } from '../../adapters/hash-key.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';

/** The pipeline that was bundled with this Lambda: `#pipeline` stands for the user's file. */
export const plan = compilePipeline(pipelineDefinition(pipeline, 'The pipeline file'), { hashKey: randomHashKey() });
