import { ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmName } from '../alarm-thresholds.ts';

/** One alarm, before it is one in a stack. */
export interface AlarmSpec {
  readonly alarm: AlarmName;
  /** What it is about where there are several of its kind: a stream, a function, a table. Part of its name. */
  readonly about: string | null;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods of the metric that are looked at, and how many of them are too many. */
  readonly periods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: ComparisonOperator;
  readonly missing: TreatMissingData;
}

type Partly = Pick<AlarmSpec, 'alarm' | 'about' | 'metric' | 'threshold'> & Partial<AlarmSpec>;

/** An alarm on what is above a threshold, in one period. Where nothing is told, nothing happened. */
export function above(spec: Partly): AlarmSpec {
  const { periods = 1 } = spec;
  return {
    periods,
    datapointsToAlarm: periods,
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    missing: TreatMissingData.NOT_BREACHING,
    ...spec,
  };
}

/** An alarm on what is below a threshold. Where nothing is told, there is nothing, which is less than any threshold. */
export function below(spec: Partly): AlarmSpec {
  return above({
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    missing: TreatMissingData.BREACHING,
    ...spec,
  });
}

/** Alarms over several metrics, which endpoints other than AWS may not know. */
export function isMath({ metric }: AlarmSpec): boolean {
  return metric instanceof MathExpression;
}
