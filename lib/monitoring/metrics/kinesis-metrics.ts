import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { type ServiceMetricOptions, serviceMetric } from './service-metric.ts';

/** Kinesis's metrics of a stream. */
export function kinesisMetrics({ streamName }: IStream) {
  const metric = (name: string, statistic: string) => (options?: ServiceMetricOptions) =>
    serviceMetric('AWS/Kinesis', { StreamName: streamName }, name, statistic, options);
  return {
    bytesIn: metric('IncomingBytes', 'Sum'),
    recordsIn: metric('IncomingRecords', 'Sum'),
    bytesRead: metric('GetRecords.Bytes', 'Sum'),
    refusedWrites: metric('WriteProvisionedThroughputExceeded', 'Sum'),
    refusedReads: metric('ReadProvisionedThroughputExceeded', 'Sum'),
  };
}
