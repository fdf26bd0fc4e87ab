import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import {
  NAMESPACE,
  type PipelineMetric,
  ROW_METRIC_PREFIX,
  type StreamMetric,
  type ViewMetric,
} from '../../../contracts/metric-catalog.ts';

/** The metrics that the handlers emit. The compiler checks their names against what handlers can emit. */
export type OwnMetricOptions = Pick<MetricOptions, 'statistic' | 'period' | 'label' | 'color'> & { statistic: string };

const MINUTE = Duration.minutes(1);

export function streamMetric(pipeline: string, stream: string, name: StreamMetric, options: OwnMetricOptions): Metric {
  return ownMetric(name, { pipeline, stream }, options);
}

export function viewMetric(pipeline: string, view: string, name: ViewMetric, options: OwnMetricOptions): Metric {
  return ownMetric(name, { pipeline, view }, options);
}

export function pipelineMetric(pipeline: string, name: PipelineMetric, options: OwnMetricOptions): Metric {
  return ownMetric(name, { pipeline }, options);
}

/** A column of the final rows of a view without groups. */
export function rowMetric(pipeline: string, view: string, column: string, options: OwnMetricOptions): Metric {
  return ownMetric(ROW_METRIC_PREFIX + column, { pipeline, view }, options);
}

function ownMetric(metricName: string, dimensionsMap: Record<string, string>, options: OwnMetricOptions): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap, period: MINUTE, ...options });
}
