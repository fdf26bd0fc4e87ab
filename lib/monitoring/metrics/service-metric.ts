import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

export type ServiceMetricOptions = Pick<MetricOptions, 'period' | 'label' | 'color'>;

/** A metric that a service of AWS emits by itself, at no cost. */
export function serviceMetric(
  namespace: string,
  dimensionsMap: Record<string, string>,
  metricName: string,
  statistic: string,
  options: ServiceMetricOptions = {},
): Metric {
  return new Metric({ namespace, metricName, dimensionsMap, statistic, period: Duration.minutes(1), ...options });
}
