import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** When a table was made, in milliseconds since 1970; asked once. Of a table that does not tell it is now. */
export function tableCreated(client: DynamoDBClient, table: string, nowMs: () => number): () => Promise<number> {
  let createdMs: number | null = null;
  return async () => {
    if (createdMs !== null) return createdMs;
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    createdMs = Table?.CreationDateTime?.getTime() ?? nowMs();
    return createdMs;
  };
}
