import { ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmName } from '../alarm-thresholds.ts';

/** An alarm as data. */
export interface AlarmSpec {
  readonly alarm: AlarmName;
  /** The stream, function or table of the alarm, if there are several of its kind. Part of its name. */
  readonly about: string | null;
  readonly metric: IMetric;
  readonly threshold: number;
  /** How many periods of the metric to look at, and how many bad ones raise the alarm. */
  readonly periods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: ComparisonOperator;
  readonly missing: TreatMissingData;
}

type Partly = Pick<AlarmSpec, 'alarm' | 'about' | 'metric' | 'threshold'> & Partial<AlarmSpec>;

/** Goes off if one period is above a threshold. Missing data means that nothing happened. */
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

/** Goes off below a threshold. Missing data means nothing, which is below any threshold. */
export function below(spec: Partly): AlarmSpec {
  return above({
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    missing: TreatMissingData.BREACHING,
    ...spec,
  });
}

/** Alarms over several metrics, which local endpoints may not support. */
export function isMath({ metric }: AlarmSpec): boolean {
  return metric instanceof MathExpression;
}
