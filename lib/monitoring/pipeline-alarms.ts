import {
  Alarm,
  AlarmRule,
  AlarmState,
  CompositeAlarm,
  type IAlarm,
  type IAlarmAction,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ALARMS, anchorOf, OPERATE_DOCUMENT } from './alarm-catalog.ts';
import { alarmThresholds } from './alarm-thresholds.ts';
import { type AlarmSpec, isMath } from './alarms/alarm-spec.ts';
import { alertAlarms } from './alarms/alert-alarms.ts';
import { finalizeAlarms } from './alarms/finalize-alarms.ts';
import { functionAlarms } from './alarms/function-alarms.ts';
import { lakeAlarms } from './alarms/lake-alarms.ts';
import { queueAlarms } from './alarms/queue-alarms.ts';
import { streamAlarms } from './alarms/stream-alarms.ts';
import { throttleAlarms } from './alarms/throttle-alarms.ts';
import type { MonitoredPipeline } from './monitored-pipeline.ts';

export interface PipelineAlarmsProps {
  readonly pipeline: MonitoredPipeline;
  readonly action: IAlarmAction;
}

/** The rule of a composite alarm has 10,240 characters at most, and each alarm takes some 150 of them. */
const MAX_CHILDREN = 50;

/** All alarms of a pipeline that have a threshold, and one over them that says whether it is well. */
export class PipelineAlarms extends Construct {
  readonly alarms: ReadonlyMap<AlarmSpec, Alarm>;
  /** In alarm while any other one is. Null without `mathAlarms`. It notifies nobody: the other one has done that, and said why. */
  readonly unhealthy: IAlarm | null;
  readonly #prefix: string;

  constructor(scope: Construct, id: string, { pipeline, action }: PipelineAlarmsProps) {
    super(scope, id);
    this.#prefix = pipeline.metricsName;
    const specs = alarmSpecs(pipeline);
    this.alarms = new Map(specs.map((spec) => [spec, this.#alarm(spec, action)]));
    const all = [...this.alarms.values()];
    this.unhealthy = pipeline.settings.mathAlarms && all.length > 0 ? this.#composite(all) : null;
  }

  #alarm(spec: AlarmSpec, action: IAlarmAction): Alarm {
    const { alarm: name, about, metric, threshold, periods, datapointsToAlarm, comparison, missing } = spec;
    const { title, says } = ALARMS[name];
    const alarm = new Alarm(this, nameOf(spec), {
      alarmName: `${this.#prefix}-${nameOf(spec)}`,
      alarmDescription: `${title}${about === null ? '' : ` (${about})`}: ${says} ${OPERATE_DOCUMENT}#${anchorOf(title)}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm,
      comparisonOperator: comparison,
      treatMissingData: missing,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }

  /** One over all of them, or one over several where they are too many for one rule. */
  #composite(alarms: readonly IAlarm[]): IAlarm {
    if (alarms.length <= MAX_CHILDREN) return this.#over('pipeline-unhealthy', alarms);
    const parts: IAlarm[] = [];
    for (let from = 0; from < alarms.length; from += MAX_CHILDREN) {
      parts.push(this.#over(`pipeline-unhealthy-${parts.length + 1}`, alarms.slice(from, from + MAX_CHILDREN)));
    }
    return this.#over('pipeline-unhealthy', parts);
  }

  #over(id: string, alarms: readonly IAlarm[]): CompositeAlarm {
    return new CompositeAlarm(this, id, {
      compositeAlarmName: `${this.#prefix}-${id}`,
      alarmDescription: `The pipeline is unhealthy: at least one of its alarms is on. ${OPERATE_DOCUMENT}#${anchorOf('Pipeline unhealthy')}`,
      alarmRule: AlarmRule.anyOf(...alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
    });
  }
}

/** All alarms of a pipeline that have a threshold. */
function alarmSpecs(pipeline: MonitoredPipeline): AlarmSpec[] {
  const { definition, settings, metricsName } = pipeline;
  const thresholds = alarmThresholds(settings);
  const specs = [
    ...definition.streams.flatMap((stream) => streamAlarms(metricsName, stream, thresholds)),
    ...finalizeAlarms(pipeline, thresholds),
    ...functionAlarms(pipeline, thresholds),
    ...throttleAlarms(pipeline, thresholds),
    ...queueAlarms(pipeline, thresholds),
    ...lakeAlarms(pipeline, thresholds),
    ...alertAlarms(pipeline, thresholds),
  ];
  return settings.mathAlarms ? specs : specs.filter((spec) => !isMath(spec));
}

/** `commit-latency-clicks`: as its section in the document is called, and what it is about. */
export function nameOf({ alarm, about }: AlarmSpec): string {
  const name = anchorOf(ALARMS[alarm].title);
  return about === null ? name : `${name}-${about}`;
}
