import { GIB, type Prices } from '../../contracts/prices.ts';
import { ASSUMED } from '../assumed.ts';
import type { CostInput } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import type { Work } from '../work.ts';

/** What is between callers and functions: of events that come in, of questions to the API, of the page. */
export function endpointItems({ settings }: CostInput, work: Work, prices: Prices): CostItem[] {
  const [gateway, front] = [itemsOf('API Gateway', prices), itemsOf('CloudFront', prices)];
  const { calls: questions } = work.api;
  const fromPage = settings.page === null ? 0 : questions;
  const people = settings.page === 'cognito' ? ASSUMED.pagePeople : 0;
  return [
    gateway('requests', work.ingest.calls, 'httpApiMillionRequests'),
    gateway('questions', questions, 'httpApiMillionRequests'),
    front('questions of the page', fromPage, 'cloudFrontTenThousandRequests'),
    front('answers', (fromPage * ASSUMED.answerBytes) / GIB, 'cloudFrontGb'),
    itemsOf('Cognito', prices)('people who sign in', people, 'cognitoUserMonth'),
    itemsOf('DynamoDB', prices)('questions', questions * ASSUMED.questionReadUnits, 'dynamoDbMillionReadUnits'),
  ];
}
