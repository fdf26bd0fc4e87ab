import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { answerCloudFormation } from '../../adapters/aws/cloudformation-answer.ts';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { makeHandler } from './make-handler.ts';

const budget = new TimeBudget();
const backoff = backoffWithin(budget);

export const handler = makeHandler({
  shared: {
    state: new DynamoDbStateStore({
      client: createDynamoDbClient({ budget }),
      table: requiredText(process.env, 'stateTable'),
      backoff,
    }),
    pause: enginePause(backoff),
  },
  answer: (event, answer) => answerCloudFormation(event, answer),
  log: processLog,
  budget,
});
