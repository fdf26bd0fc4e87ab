import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { RESULT_TABLE, STATE_TABLE } from '../../contracts/tables.ts';
import { fresh } from '../conformance/fresh.ts';

/** Makes a state table and gives its name. */
export async function createStateTable(client: DynamoDBClient): Promise<string> {
  const { partitionKey, sortKey } = STATE_TABLE;
  return createTable(client, 'state', {
    KeySchema: keySchema(partitionKey, sortKey),
    AttributeDefinitions: texts(partitionKey, sortKey),
  });
}

/** Makes a result table with its index and gives its name. */
export async function createResultTable(client: DynamoDBClient): Promise<string> {
  const { partitionKey, sortKey, index } = RESULT_TABLE;
  return createTable(client, 'results', {
    KeySchema: keySchema(partitionKey, sortKey),
    AttributeDefinitions: texts(partitionKey, sortKey, index.partitionKey, index.sortKey),
    GlobalSecondaryIndexes: [
      {
        IndexName: index.name,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: index.projection },
      },
    ],
  });
}

type Schema = Omit<ConstructorParameters<typeof CreateTableCommand>[0], 'TableName' | 'BillingMode'>;

async function createTable(client: DynamoDBClient, prefix: string, schema: Schema): Promise<string> {
  const TableName = fresh(prefix);
  await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...schema }));
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName });
  return TableName;
}

function keySchema(partitionKey: string, sortKey: string) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
}

function texts(...names: string[]) {
  return names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
}
