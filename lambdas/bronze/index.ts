import { compileEvents } from '../../engine/plan/stream-events.ts';
import { processLog } from '../shared/log.ts';
import { pipelinePlan } from '../shared/pipeline-plan.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { makeHandler } from './make-handler.ts';

const plan = pipelinePlan(compileEvents);

const names = StreamNames.fromEnvironment(process.env, plan);

export const handler = makeHandler({ plan, streamOf: (arn) => names.streamOf(arn), log: processLog });
