import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ClientSettings, commonSettings, limitPauses } from './client-settings.ts';

export function createDynamoDbClient(settings: ClientSettings = {}): DynamoDBClient {
  return limitPauses(new DynamoDBClient(commonSettings(settings)), settings);
}
