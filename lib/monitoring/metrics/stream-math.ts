import { Duration } from 'aws-cdk-lib';
import { MathExpression, type MathExpressionOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { streamMetric } from './own-metrics.ts';

type MathOptions = Pick<MathExpressionOptions, 'label' | 'color' | 'period'>;

/**
 * Figures of a stream that combine several metrics.
 *
 * @param id keeps the names in the expressions apart if one widget shows several streams.
 */
export function streamMath(pipeline: string, stream: string, id = '') {
  const sumsOver = (period: Duration) => {
    const of = (name: 'BatchEvents' | 'EventsDead' | 'EventsLate') =>
      streamMetric(pipeline, stream, name, { statistic: 'Sum', period });
    return { delivered: of('BatchEvents'), dead: of('EventsDead'), late: of('EventsLate') };
  };
  const [delivered, dead, late] = [`delivered${id}`, `dead${id}`, `late${id}`];
  return {
    /** All delivered events, whatever became of them. */
    eventsPerSecond: (options: MathOptions = {}) => {
      const { period = Duration.minutes(1) } = options;
      return new MathExpression({
        ...options,
        expression: `${delivered} / PERIOD(${delivered})`,
        usingMetrics: { [delivered]: sumsOver(period).delivered },
        period,
      });
    },
    /**
     * The percentage of events that became dead letters. Every batch emits both metrics: a rare one would mostly leave
     * the expression without a value.
     */
    errorPercent: (options: MathOptions = {}) => {
      const { period = Duration.minutes(5) } = options;
      const sums = sumsOver(period);
      return new MathExpression({
        ...options,
        expression: `100 * ${dead} / ${delivered}`,
        usingMetrics: { [dead]: sums.dead, [delivered]: sums.delivered },
        period,
      });
    },
    latePercent: (options: MathOptions = {}) => {
      const { period = Duration.minutes(5) } = options;
      const sums = sumsOver(period);
      return new MathExpression({
        ...options,
        expression: `100 * ${late} / ${delivered}`,
        usingMetrics: { [late]: sums.late, [delivered]: sums.delivered },
        period,
      });
    },
  };
}

/**
 * How much further the watermark of a stream is behind the clock than a minute ago, in milliseconds: 60,000 if it
 * stands still.
 */
export function watermarkLoss(pipeline: string, stream: string): MathExpression {
  const period = Duration.minutes(1);
  const lag = streamMetric(pipeline, stream, 'WatermarkLagMs', { statistic: 'Maximum', period });
  return new MathExpression({
    expression: 'DIFF(lag)',
    usingMetrics: { lag },
    period,
    label: 'lag gained in a minute',
  });
}
