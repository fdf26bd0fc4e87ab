import { type ServiceMetricOptions, serviceMetric } from './service-metric.ts';

/** Firehose's metrics of a delivery stream. */
export function firehoseMetrics(deliveryStreamName: string) {
  const metric = (name: string, statistic: string) => (options?: ServiceMetricOptions) =>
    serviceMetric('AWS/Firehose', { DeliveryStreamName: deliveryStreamName }, name, statistic, options);
  return {
    bytesIn: metric('IncomingBytes', 'Sum'),
    recordsIn: metric('IncomingRecords', 'Sum'),
    oldestSeconds: metric('DeliveryToS3.DataFreshness', 'Maximum'),
  };
}
