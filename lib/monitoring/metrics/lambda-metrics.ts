import type { PipelineFunction } from '../../pipeline-function.ts';
import { type ServiceMetricOptions, serviceMetric } from './service-metric.ts';

/** What Lambda tells of a function, whatever its version. */
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
     * Of the last record of a batch when the function is handed it. Kinesis has a metric of its own, which is silent while
     * a batch fails and is repeated: nobody asks for records then.
     */
    iteratorAgeMs: metric('IteratorAge', 'Maximum'),
    logBytes: (options?: ServiceMetricOptions) =>
      serviceMetric('AWS/Logs', { LogGroupName: logGroup.logGroupName }, 'IncomingBytes', 'Sum', options),
  };
}
