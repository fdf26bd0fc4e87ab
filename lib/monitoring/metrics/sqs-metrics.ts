import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { type ServiceMetricOptions, serviceMetric } from './service-metric.ts';

/** SQS's metrics of a queue. */
export function sqsMetrics({ queueName }: Queue) {
  const metric = (name: string, statistic: string) => (options?: ServiceMetricOptions) =>
    serviceMetric('AWS/SQS', { QueueName: queueName }, name, statistic, options);
  return {
    oldestSeconds: metric('ApproximateAgeOfOldestMessage', 'Maximum'),
    waiting: metric('ApproximateNumberOfMessagesVisible', 'Maximum'),
    sent: metric('NumberOfMessagesSent', 'Sum'),
  };
}
