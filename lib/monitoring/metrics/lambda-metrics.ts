import type { PipelineFunction } from '../../pipeline-function.ts';
import { type ServiceMetricOptions, serviceMetric } from './service-metric.ts';

/** Lambda's metrics of a function, over all its versions. */
export function lambdaMetrics({ fn, logGroup }: PipelineFunction) {
  const metric = (name: string, statistic: string) => (options?: ServiceMetricOptions) =>
    serviceMetric('AWS/Lambda', { FunctionName: fn.functionName }, name, statistic, options);
  return {
    errors: metric('Errors', 'Sum'),
    throttles: metric('Throttles', 'Sum'),
    calls: metric('Invocations', 'Sum'),
    durationMs: metric('Duration', 'Sum'),
    slowestMs: metric('Duration', 'Maximum'),
    /**
     * The age of a batch's last record when the function gets the batch. Kinesis has a metric of its own, but it has no
     * data while a batch fails and repeats: nobody asks for records then.
     */
    iteratorAgeMs: metric('IteratorAge', 'Maximum'),
    logBytes: (options?: ServiceMetricOptions) =>
      serviceMetric('AWS/Logs', { LogGroupName: logGroup.logGroupName }, 'IncomingBytes', 'Sum', options),
  };
}
