import { join } from 'node:path';
import { answerCloudFormation } from '../../adapters/aws/cloudformation-answer.ts';
import { createS3Client } from '../../adapters/aws/s3-client.ts';
import { S3PageFiles } from '../../adapters/aws/s3-page-files.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { readBuiltPage } from '../../contracts/built-page.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { makeHandler } from './make-handler.ts';

const budget = new TimeBudget();

export const handler = makeHandler({
  page: readBuiltPage(join(process.env.LAMBDA_TASK_ROOT ?? '.', 'files')),
  bucket: new S3PageFiles(createS3Client({ budget }), requiredText(process.env, 'pageBucket')),
  answer: (event, answer) => answerCloudFormation(event, answer),
  log: processLog,
  budget,
});
