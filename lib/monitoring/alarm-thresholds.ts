import type { PipelineSettings } from '../settings.ts';
import { SettingsError } from '../settings-error.ts';

/**
 * When alarms go off, as one record of numbers; null turns one off. The setting `alarms` changes them one by one.
 *
 * @example
 * cdk deploy -c 'alarms={"eventsPerSecondMin":1000,"eventsPerSecondMax":10000,"deadLetters":null}'
 */
export interface AlarmThresholds {
  /** Age of the oldest record that was handed over last, in seconds. */
  readonly iteratorAgeSeconds: number | null;
  /** From an event's arrival to its commit, the slowest in a hundred, in seconds. */
  readonly commitLatencySeconds: number | null;
  /** Events a second over a minute; fewer, for ten minutes. */
  readonly eventsPerSecondMin: number | null;
  /** Events a second over a minute; more, for five minutes. */
  readonly eventsPerSecondMax: number | null;
  /** Dead letters of a hundred events, over five minutes. */
  readonly errorSharePercent: number | null;
  /** Dead letters in five minutes. */
  readonly deadLetters: number | null;
  /** Late events of a hundred, over five minutes. */
  readonly lateSharePercent: number | null;
  /** Events in batches that the event source gave up on, in five minutes. */
  readonly discardedEvents: number | null;
  /** Minutes in which batches failed, of twice as many: an outage can be silent for minutes between two attempts. */
  readonly failedMinutes: number | null;
  /** Errors of a function in five minutes: it ran out of time or memory, or failed as a whole. */
  readonly functionErrors: number | null;
  /** Requests that were refused for their number, in five minutes, twice in a row. */
  readonly throttles: number | null;
  /** Age of the oldest wake-up of a finalizer, in seconds. */
  readonly finalizeQueueAgeSeconds: number | null;
  /** Event time that a view may be behind what its watermark lets it make final, in seconds, for ten minutes. */
  readonly finalizeLagSeconds: number | null;
  /** Calls of finalizers that used up their time and moved nothing on, within a quarter of an hour. */
  readonly finalizeStalls: number | null;
  /** Wake-ups that failed time and again and are put aside. */
  readonly finalizeDeadLetters: number | null;
  /** Discarded batches that could not be counted. */
  readonly discardFailures: number | null;
  /** Age of the oldest record that Firehose has not written to bronze, in seconds. */
  readonly bronzeAgeSeconds: number | null;
  /** How far Firehose may be behind the stream that it reads, in seconds; to read nothing of what comes is too far. */
  readonly bronzeBehindSeconds: number | null;
  /** How far the watermark may be behind the clock beyond what the stream itself allows (`maxLateness` and `idleTimeout`), in seconds. */
  readonly watermarkLagSeconds: number | null;
  /** Minutes in a row in which the watermark stood still, beyond the stream's `idleTimeout`. */
  readonly watermarkStalledMinutes: number | null;
  /** Minutes in a row without a sweep that came through. */
  readonly sweepMissingMinutes: number | null;
}

export type AlarmName = keyof AlarmThresholds;

/** Lambda asks a shard for records once a second. */
const POLL_SECONDS = 1;
/** To work on a batch and commit it. */
const WORK_SECONDS = 1;

/**
 * Thresholds that fit the settings. An event may wait for its batch as long as `batchingWindowSeconds` says, so everything
 * that an event waits for begins there: with the default of 5 seconds, 99 of 100 events are committed within 7.
 */
export function defaultThresholds(settings: PipelineSettings): AlarmThresholds {
  const { batchingWindowSeconds, finalizeTimeoutSeconds, bronzeBufferSeconds } = settings;
  return {
    iteratorAgeSeconds: Math.max(60, 4 * batchingWindowSeconds),
    commitLatencySeconds: batchingWindowSeconds + POLL_SECONDS + WORK_SECONDS,
    // Nobody but the owner knows what is much or little.
    eventsPerSecondMin: null,
    eventsPerSecondMax: null,
    errorSharePercent: 0.1,
    deadLetters: 100,
    lateSharePercent: 1,
    discardedEvents: 0,
    failedMinutes: 5,
    functionErrors: 2,
    throttles: 10,
    finalizeQueueAgeSeconds: Math.max(300, 2 * finalizeTimeoutSeconds),
    finalizeLagSeconds: Math.max(300, 2 * finalizeTimeoutSeconds),
    finalizeStalls: 2,
    finalizeDeadLetters: 0,
    discardFailures: 0,
    bronzeAgeSeconds: 900 + 2 * bronzeBufferSeconds,
    bronzeBehindSeconds: 900,
    watermarkLagSeconds: 600 + 2 * batchingWindowSeconds,
    // A watermark moves with the batches: of long ones, one that is missed must not look like a standstill.
    watermarkStalledMinutes: Math.max(10, 3 * Math.ceil(batchingWindowSeconds / 60)),
    sweepMissingMinutes: 5,
  };
}

/** Numbers of periods that an alarm looks back on. */
const MINUTES: readonly AlarmName[] = ['failedMinutes', 'watermarkStalledMinutes', 'sweepMissingMinutes'];
const MAX_MINUTES = 60;

/** The defaults, with what the settings change. */
export function alarmThresholds(settings: PipelineSettings): AlarmThresholds {
  const defaults = defaultThresholds(settings);
  for (const [name, value] of Object.entries(settings.alarms)) {
    if (!(name in defaults)) {
      throw new SettingsError(
        `The setting 'alarms' has a threshold '${name}', and there is no such alarm. The alarms are ${Object.keys(defaults).join(', ')}.`,
      );
    }
    if (!isThreshold(name, value)) {
      const takes = MINUTES.some((each) => each === name)
        ? `a whole number from 1 to ${MAX_MINUTES}`
        : 'a number from 0';
      throw new SettingsError(
        `The setting 'alarms' gives '${name}' the threshold ${JSON.stringify(value)}: it must be ${takes}, or null for no alarm.`,
      );
    }
  }
  return { ...defaults, ...settings.alarms };
}

function isThreshold(name: string, value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return false;
  const isMinutes = MINUTES.some((each) => each === name);
  return !isMinutes || (Number.isInteger(value) && value >= 1 && value <= MAX_MINUTES);
}
