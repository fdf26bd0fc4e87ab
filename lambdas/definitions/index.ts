import { createDynamoDbClient } from '../../adapters/aws/aws-clients.ts';
import { answerCloudFormation } from '../../adapters/aws/cloudformation-answer.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { makeHandler } from './make-handler.ts';

export const handler = makeHandler({
  state: new DynamoDbStateStore({ client: createDynamoDbClient(), table: requiredText(process.env, 'stateTable') }),
  answer: (event, answer) => answerCloudFormation(event, answer),
  log: processLog,
});
