import pipeline from '#pipeline';
import { pipelineDefinition } from '../../engine/definition/pipeline.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';

/** The pipeline that was bundled with this Lambda: `#pipeline` stands for the user's file. */
export const plan = compilePipeline(pipelineDefinition(pipeline, 'The pipeline file'));
