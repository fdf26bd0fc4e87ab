import type { PipelineMetric, StreamMetric, ViewMetric } from '../contracts/metric-catalog.ts';
import { valueColumns } from '../contracts/value-columns.ts';
import { anomalyColumns } from '../engine/ir/anomaly-columns.ts';
import { type AlarmName, alarmThresholds } from '../lib/monitoring/alarm-thresholds.ts';
import type { CostInput } from './input.ts';

/** When a metric comes, for it is paid in the hours in which it does. */
type When = 'always' | 'events' | 'dedupe' | 'anomalies' | 'alerts' | 'rarely';

const STREAM: Readonly<Record<StreamMetric, When>> = {
  EventsAccepted: 'events',
  EventsLate: 'events',
  EventsDead: 'events',
  EventsDuplicate: 'rarely',
  EventsDiscarded: 'rarely',
  BatchEvents: 'events',
  BatchMs: 'events',
  CommitMs: 'events',
  CommitLatencyMs: 'events',
  BatchesFailed: 'rarely',
  WriteUnits: 'events',
  WatermarkLagMs: 'always',
  OpenShards: 'always',
  IdsBytes: 'dedupe',
};

const VIEW: Readonly<Record<ViewMetric, When>> = {
  RowLatencyMs: 'events',
  FinalizeLagMs: 'always',
  RowsWritten: 'events',
  RowsRevised: 'rarely',
  JoinEventsDropped: 'rarely',
  PartialMatchesDropped: 'rarely',
  WriteUnits: 'events',
  OpenWindows: 'always',
  StateBytes: 'always',
  Anomalies: 'anomalies',
  AlertsOpen: 'alerts',
  AlertsDropped: 'rarely',
};

const PIPELINE: Readonly<Record<PipelineMetric, When>> = {
  FinalizeLagMs: 'always',
  FinalizeStalls: 'rarely',
  CriticalAlertsOpen: 'alerts',
  AlertsWaiting: 'alerts',
  AlertFailures: 'rarely',
  AlertsRefused: 'rarely',
};

/** Our own metrics of a month without failures. Those of AWS cost nothing. */
export function metricCount({ pipeline, settings, eventsPerSecond }: CostInput): number {
  if (!settings.monitoring) return 0;
  const hasEvents = eventsPerSecond > 0;
  const count = (catalog: Readonly<Record<string, When>>, also: Partial<Record<When, boolean>> = {}) =>
    Object.values(catalog).filter((when) => ({ always: true, events: hasEvents, ...also })[when] === true).length;
  const ofStreams = sumOf(pipeline.streams.map(({ dedupe }) => count(STREAM, { dedupe: dedupe !== null })));
  const ofViews = pipeline.views.map((view) => {
    const anomalies = hasEvents && anomalyColumns(view).length > 0;
    return count(VIEW, { anomalies, alerts: view.alerts.length > 0 });
  });
  const alerts = hasAlerts(pipeline);
  const ofRows = settings.rowMetrics && hasEvents ? pipeline.views.flatMap(valueColumns).length : 0;
  return ofStreams + sumOf(ofViews) + count(PIPELINE, { alerts }) + ofRows;
}

function hasAlerts({ views }: CostInput['pipeline']): boolean {
  return views.some((view) => view.alerts.length > 0);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

interface Counted {
  readonly streams: number;
  readonly functions: number;
  readonly deliveries: number;
  readonly alerts: boolean;
}

interface AlarmsOfName {
  readonly alarms: (of: Counted) => number;
  /** Of one alarm. More than one makes it an alarm over an expression, as is one that is `math`. */
  readonly metrics: number;
  readonly math: boolean;
}

const ofPipeline: AlarmsOfName = { alarms: () => 1, metrics: 1, math: false };
/** Only where the pipeline has alerts. */
const ofAlerts: AlarmsOfName = { alarms: ({ alerts }) => (alerts ? 1 : 0), metrics: 1, math: false };
const ofStream: AlarmsOfName = { alarms: ({ streams }) => streams, metrics: 1, math: false };

/** The alarms that `lib/monitoring` makes; a test holds the two together. */
const ALARMS: Readonly<Record<AlarmName, AlarmsOfName>> = {
  iteratorAgeSeconds: ofPipeline,
  commitLatencySeconds: ofStream,
  eventsPerSecondMin: ofStream,
  eventsPerSecondMax: ofStream,
  errorSharePercent: { ...ofStream, metrics: 2, math: true },
  deadLetters: ofStream,
  lateSharePercent: { ...ofStream, metrics: 2, math: true },
  discardedEvents: ofStream,
  failedMinutes: ofStream,
  functionErrors: { ...ofPipeline, alarms: ({ functions }) => functions },
  // Writes and reads of each stream, of two tables and of an index; two functions.
  throttles: { ...ofPipeline, alarms: ({ streams }) => 2 * streams + 8 },
  finalizeQueueAgeSeconds: ofPipeline,
  finalizeLagSeconds: ofPipeline,
  finalizeStalls: ofPipeline,
  finalizeDeadLetters: ofPipeline,
  discardFailures: ofPipeline,
  bronzeAgeSeconds: { ...ofPipeline, alarms: ({ deliveries }) => deliveries },
  bronzeBehindSeconds: { alarms: ({ deliveries }) => deliveries, metrics: 3, math: true },
  watermarkLagSeconds: ofStream,
  watermarkStalledMinutes: { ...ofStream, math: true },
  sweepMissingMinutes: ofStream,
  alertsWaitingMinutes: ofAlerts,
  criticalAlertsOpen: ofAlerts,
};

/** A composite alarm holds so many others; of more there is one over several. */
const MOST_CHILDREN = 50;
/** Functions that a test of errors looks at, besides those of bronze, ingest and the API: aggregate, finalize, sweep, discard. */
const WATCHED_FUNCTIONS = 4;

export interface AlarmCount {
  readonly alarms: number;
  /** What is paid for: each metric of each alarm. */
  readonly metrics: number;
  readonly composites: number;
}

export function alarmCount({ pipeline, settings }: CostInput): AlarmCount {
  if (!settings.monitoring) return { alarms: 0, metrics: 0, composites: 0 };
  const streams = pipeline.streams.length;
  const hasApi = settings.api !== null || settings.page !== null;
  const optional = [settings.lake, settings.ingest, hasApi].filter(Boolean).length;
  const functions = WATCHED_FUNCTIONS + optional;
  const counted = { streams, functions, deliveries: settings.lake ? streams : 0, alerts: hasAlerts(pipeline) };
  let [alarms, metrics] = [0, 0];
  for (const [name, threshold] of Object.entries(alarmThresholds(settings))) {
    const of = ALARMS[name as AlarmName];
    if (threshold === null || (of.math && !settings.mathAlarms)) continue;
    alarms += of.alarms(counted);
    metrics += of.alarms(counted) * of.metrics;
  }
  return { alarms, metrics, composites: settings.mathAlarms ? compositesOver(alarms) : 0 };
}

function compositesOver(alarms: number): number {
  if (alarms <= MOST_CHILDREN) return alarms === 0 ? 0 : 1;
  return Math.ceil(alarms / MOST_CHILDREN) + 1;
}
