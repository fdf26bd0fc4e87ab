import { type ServiceMetricOptions, serviceMetric } from './service-metric.ts';

/** Firehose's metrics of a delivery stream. */
export function firehoseMetrics(deliveryStreamName: string) {
  const metric = (name: string, statistic: string) => (options?: ServiceMetricOptions) =>
    serviceMetric('AWS/Firehose', { DeliveryStreamName: deliveryStreamName }, name, statistic, options);
  return {
    bytesIn: metric('IncomingBytes', 'Sum'),
    recordsIn: metric('IncomingRecords', 'Sum'),
    recordsRead: metric('DataReadFromKinesisStream.Records', 'Sum'),
    /** How far the latest record that was read is behind the stream's latest. */
    behindMs: metric('KinesisMillisBehindLatest', 'Maximum'),
    oldestSeconds: metric('DeliveryToS3.DataFreshness', 'Maximum'),
  };
}
