import pipeline from '#pipeline';
import { randomHashKey } from '../../adapters/hash-key.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { type PipelinePlan, planOf } from '../../engine/plan/plan.ts';
import type { CompileEvents } from '../../engine/plan/stream-events.ts';

/**
 * The pipeline that was bundled with this Lambda: `#pipeline` stands for its definition. What takes long to compile is compiled when it
 * is first used, unless the Lambda says that it always needs it: while a function starts it has a whole CPU.
 *
 * @param events what reads events; the code of that comes along only where it is needed.
 */
export function pipelinePlan(events: CompileEvents): PipelinePlan {
  return planOf(pipelineDefinition(pipeline, 'The pipeline file'), randomHashKey(), events);
}
