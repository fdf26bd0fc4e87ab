import { processLog } from '../shared/log.ts';
import { plan } from '../shared/pipeline-plan.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { makeHandler } from './make-handler.ts';

const names = StreamNames.fromEnvironment(process.env, plan);

export const handler = makeHandler({ plan, streamOf: (arn) => names.streamOf(arn), log: processLog });
