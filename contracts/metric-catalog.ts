/** What one metric is. `meaning` is what the list in docs/metrics.md says. */
export interface MetricEntry {
  readonly unit: 'Count' | 'Milliseconds' | 'Bytes';
  readonly meaning: string;
}

/**
 * Where all metrics of our own are, and the only place that names them: handlers emit them, `lib/monitoring` reads them,
 * docs/metrics.md lists them.
 */
export const NAMESPACE = 'Streamgauge';

/**
 * Under the dimensions `pipeline` and `stream`. CloudWatch takes 0.30 dollars a month for each metric of each stream, so
 * there are few: shards, containers and reasons are no dimensions. What is rare is emitted only where it happens.
 */
export const STREAM_METRICS = {
  EventsAccepted: {
    unit: 'Count',
    meaning: 'Events that were counted into at least one view, or that no view wanted.',
  },
  EventsLate: { unit: 'Count', meaning: 'Events that were too late for every view that wanted them.' },
  EventsDead: { unit: 'Count', meaning: 'Events that became dead letters.' },
  EventsDuplicate: { unit: 'Count', meaning: 'Events that were dropped, for their id had come before.' },
  EventsDiscarded: { unit: 'Count', meaning: 'Events in batches that the event source gave up on.' },
  BatchEvents: { unit: 'Count', meaning: 'Events that a batch committed. Its sum is all that was delivered.' },
  BatchMs: { unit: 'Milliseconds', meaning: 'Time that a batch took, from its delivery to the last commit.' },
  CommitMs: { unit: 'Milliseconds', meaning: 'Of that, time in transactions of the state table.' },
  CommitLatencyMs: {
    unit: 'Milliseconds',
    meaning: 'From the arrival of an event in the stream to its commit; at most ten records of each batch.',
  },
  BatchesFailed: { unit: 'Count', meaning: 'Batches that failed and are delivered again.' },
  WriteUnits: { unit: 'Count', meaning: 'Write units of the state table that a batch took.' },
  WatermarkLagMs: { unit: 'Milliseconds', meaning: 'The clock less the watermark of the stream, once a minute.' },
  OpenShards: {
    unit: 'Count',
    meaning: 'Shards that hold the watermark, once a minute. No value: no sweep came through.',
  },
  IdsBytes: { unit: 'Bytes', meaning: 'Ids that are remembered to find duplicates, every quarter of an hour.' },
} as const satisfies Record<string, MetricEntry>;

export type StreamMetric = keyof typeof STREAM_METRICS;

/** Under the dimensions `pipeline` and `view`. */
export const VIEW_METRICS = {
  RowLatencyMs: { unit: 'Milliseconds', meaning: 'From the end of the latest window that became final to its rows.' },
  FinalizeLagMs: {
    unit: 'Milliseconds',
    meaning: 'Event time from where the view is final to where its watermark lets it be, once a minute.',
  },
  RowsWritten: { unit: 'Count', meaning: 'Rows that were written, new ones and revisions.' },
  RowsRevised: { unit: 'Count', meaning: 'Rows that took the place of one that said something else.' },
  JoinEventsDropped: {
    unit: 'Count',
    meaning: 'Events that a join left out, for a key had more than `maxPerKey` in a pane. Its rows say `truncated`.',
  },
  PartialMatchesDropped: {
    unit: 'Count',
    meaning: 'Partial matches of a pattern that were dropped, for a key had too many. Its matches say `truncated`.',
  },
  WriteUnits: { unit: 'Count', meaning: 'Write units of both tables that a call of the finalizer took.' },
  OpenWindows: { unit: 'Count', meaning: 'Windows that hold events and are not final, every quarter of an hour.' },
  StateBytes: { unit: 'Bytes', meaning: 'State of the view, every quarter of an hour.' },
  Anomalies: { unit: 'Count', meaning: 'Rows that became final and that a detector takes for unusual.' },
  AlertsOpen: { unit: 'Count', meaning: 'Incidents that are on, once a minute.' },
  AlertsDropped: {
    unit: 'Count',
    meaning: 'Messages that nobody published before 20,000 newer ones waited, since there is the view.',
  },
} as const satisfies Record<string, MetricEntry>;

export type ViewMetric = keyof typeof VIEW_METRICS;

/**
 * Under the dimension `pipeline` alone: what an alarm looks at for all views together. A stack has 500 resources at most,
 * so views, of which there can be hundreds, have no alarms of their own.
 */
export const PIPELINE_METRICS = {
  FinalizeLagMs: { unit: 'Milliseconds', meaning: 'The lag of the view that is furthest behind, once a minute.' },
  FinalizeStalls: {
    unit: 'Count',
    meaning: 'Calls of finalizers that used up their time and moved nothing on; the log line names view and bucket.',
  },
  CriticalAlertsOpen: { unit: 'Count', meaning: 'Critical incidents that are on, once a minute.' },
  AlertsWaiting: { unit: 'Count', meaning: 'Messages of alerts that a channel has not had, once a minute.' },
  AlertFailures: { unit: 'Count', meaning: 'Times that a channel did not take a message; it is sent again.' },
  AlertsRefused: { unit: 'Count', meaning: 'Messages that a receiver refused for good; they are not sent again.' },
} as const satisfies Record<string, MetricEntry>;

export type PipelineMetric = keyof typeof PIPELINE_METRICS;

/** Columns of final rows are metrics under this and their name, so that none is called as a dimension is. */
export const ROW_METRIC_PREFIX = 'row_';
