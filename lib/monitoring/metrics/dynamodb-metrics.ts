import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type ServiceMetricOptions, serviceMetric } from './service-metric.ts';

/** DynamoDB's metrics of a table or of one of its indexes, which DynamoDB bills and counts separately. */
export function dynamoDbMetrics({ tableName }: Table, index?: string) {
  const dimensions = {
    TableName: tableName,
    ...(index === undefined ? {} : { GlobalSecondaryIndexName: index }),
  };
  const metric = (name: string) => (options?: ServiceMetricOptions) =>
    serviceMetric('AWS/DynamoDB', dimensions, name, 'Sum', options);
  return {
    writeUnits: metric('ConsumedWriteCapacityUnits'),
    readUnits: metric('ConsumedReadCapacityUnits'),
    refusedWrites: metric('WriteThrottleEvents'),
    refusedReads: metric('ReadThrottleEvents'),
  };
}
