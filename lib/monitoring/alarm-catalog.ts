import type { AlarmName } from './alarm-thresholds.ts';

/** What an alarm says to whoever is called by it. */
export interface AlarmEntry {
  /** Heading of its card in docs/operate.md. */
  readonly title: string;
  /** What it means, and what to do first. */
  readonly says: string;
}

export const ALARMS: Readonly<Record<AlarmName, AlarmEntry>> = {
  iteratorAgeSeconds: {
    title: 'Iterator age',
    says: 'Records wait longer than they should. Look whether batches fail; if none do, add shards or memory.',
  },
  commitLatencySeconds: {
    title: 'Commit latency',
    says: 'One event in a hundred takes too long from its arrival to its commit. Compare batch time and commit time on the dashboard.',
  },
  eventsPerSecondMin: {
    title: 'Throughput below its bound',
    says: 'Fewer events come than were promised. Ask the producers, and look at write throttles of the stream.',
  },
  eventsPerSecondMax: {
    title: 'Throughput above its bound',
    says: 'More events come than were promised. Look at throttles and iterator age, and at the cost.',
  },
  errorSharePercent: {
    title: 'Error share',
    says: 'Too many events become dead letters. Read some of them in the bucket: each holds its reason.',
  },
  deadLetters: {
    title: 'Dead letters',
    says: 'Events do not fit the schema. Read some under dead/ in the bucket: each holds its reason and its bytes.',
  },
  lateSharePercent: {
    title: 'Late share',
    says: 'Too many events come too late for their windows. Look whether a producer lags, or raise maxLateness.',
  },
  discardedEvents: {
    title: 'Discarded events',
    says: 'Lambda gave batches up: they are kept under aws/lambda/ in the bucket and are in no window. Find out why they failed, then send them again.',
  },
  failedMinutes: {
    title: 'Batches fail',
    says: 'A shard is stuck: its batch fails again and again. The error is in the log of the aggregate function, with shard and position.',
  },
  functionErrors: {
    title: 'Function errors',
    says: 'Calls of a function end in errors: it runs out of time or memory, or fails as a whole. Read its log.',
  },
  throttles: {
    title: 'Throttles',
    says: 'Requests are refused for their number. Which ones the alarm names: raise that limit, or add shards or buckets.',
  },
  finalizeQueueAgeSeconds: {
    title: 'Finalize queue age',
    says: 'Wake-ups of finalizers wait, so windows close late. Look at errors and duration of the finalize function.',
  },
  finalizeLagSeconds: {
    title: 'Finalize lag',
    says: 'Windows are due and stay open: finalizers do not run, or do not keep up. The dashboard tells which view; look at errors and stalls of the finalize function.',
  },
  finalizeStalls: {
    title: 'Finalize stalls',
    says: 'A finalizer begins with the same again and again, for one call is too short for it. Give it more time or memory; its log names view and bucket.',
  },
  finalizeDeadLetters: {
    title: 'Finalize dead letters',
    says: 'Finalizing a view failed time and again. The error is in the log of the finalize function; mend it, then purge the queue: the sweep wakes again.',
  },
  discardFailures: {
    title: 'Discard failures',
    says: 'Discarded batches could not be counted. The messages of the queue name the objects, the log of the discard function the error.',
  },
  bronzeAgeSeconds: {
    title: 'Bronze age',
    says: 'Firehose does not write to the lake, and what it cannot bring in 24 hours is lost to it. Read its log and that of the bronze function.',
  },
  bronzeBehindSeconds: {
    title: 'Bronze behind',
    says: 'Firehose does not read its stream, or not fast enough, and what it does not read before the retention ends is lost to the lake. Look at its role, the key of the stream, and throttled reads.',
  },
  watermarkLagSeconds: {
    title: 'Watermark lag',
    says: 'Windows close late, for the watermark is far behind the clock. Look which shard is behind: the log of the sweep and iterator age tell.',
  },
  watermarkStalledMinutes: {
    title: 'Watermark stalled',
    says: 'The watermark stands still, so no window closes. A shard is stuck or cannot be probed: read the log of the sweep.',
  },
  sweepMissingMinutes: {
    title: 'Sweep missing',
    says: 'No sweep has come through for minutes: idle shards hold the watermark, and lost wake-ups stay lost. Read the log of the sweep function.',
  },
};

export const OPERATE_DOCUMENT = 'docs/operate.md';

/** Where a heading of a document is found, as the usual renderers of Markdown make it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
