import { isUtf8 } from 'node:buffer';
import { likelyFormat } from '../engine/formats/likeness.ts';
import type { StreamPlan } from '../engine/plan/plan.ts';
import type { DeadLetter, DeadReason, LateEvent, SideOutput } from '../engine/ports/dead-letter-sink.ts';
import type { Counters } from '../engine/state/checkpoint.ts';
import { formatInstant } from '../engine/time/instant.ts';
import type { SideOutputReader } from './run-output.ts';

/** What of a run somebody should know who looks at its rows. */
export type RunFinding = DeadFinding | LateFinding;

/** More of a stream's events are dead than the run allows. */
export interface DeadFinding {
  readonly kind: 'dead';
  readonly stream: string;
  readonly dead: number;
  readonly delivered: number;
  /** The run did not read its inputs to their end. */
  readonly stopped: boolean;
  /** Those of the first dead letters, the most frequent first. */
  readonly reasons: readonly FoundReason[];
  /** What the stream's format seems to be, as a definition says it; null where it is not known, or is the stream's own. */
  readonly likely_format: string | null;
}

export interface FoundReason {
  readonly reason: DeadReason;
  /** Of the first dead letters, how many. */
  readonly letters: number;
  /** The first of them. */
  readonly sequence: string;
  readonly message: string;
}

/** Many of a stream's events came too late for all their windows. */
export interface LateFinding {
  readonly kind: 'late';
  readonly stream: string;
  readonly late: number;
  readonly delivered: number;
  /** The first of those that were kept. */
  readonly first: { readonly sequence: string; readonly event_time: string } | null;
  readonly latest_event: string | null;
  readonly max_lateness_ms: number;
}

/** Dead letters that are looked at: a run of nothing else has millions. */
const LETTERS = 1000;
const REASONS = 3;
/** Fewer are what a stream is expected to have. */
const LATE_SHARE = 0.01;

export interface ReadStream {
  readonly counters: Counters;
  readonly latestEventMs: number | null;
  readonly stopped: boolean;
}

export interface FindingSettings {
  /** A share of the events that were delivered, from 0 to 1. */
  readonly maxDead: number;
  readonly sort: boolean;
}

export function findingsOf(
  stream: StreamPlan,
  { counters, latestEventMs, stopped }: ReadStream,
  kept: SideOutputReader,
  { maxDead, sort }: FindingSettings,
): RunFinding[] {
  const { name, definition } = stream;
  const { dead, late, delivered } = counters;
  const findings: RunFinding[] = [];
  if (isTooDead(counters, maxDead)) {
    const letters = firstOf(kept.each(name, 'dead') as Iterable<DeadLetter>, LETTERS);
    const texts = letters.filter(({ bytes }) => isUtf8(bytes) && !bytes.includes(0));
    const lines = texts.map(({ bytes }) => Buffer.from(bytes).toString('utf8'));
    const likely_format = likelyFormat(lines, definition.format);
    findings.push({ kind: 'dead', stream: name, dead, delivered, stopped, reasons: reasonsOf(letters), likely_format });
  }
  if (!sort && late > delivered * LATE_SHARE) {
    const [first] = firstOf(kept.each(name, 'late') as Iterable<LateEvent>, 1);
    findings.push({
      kind: 'late',
      stream: name,
      late,
      delivered,
      first:
        first === undefined
          ? null
          : { sequence: first.position.sequence, event_time: formatInstant(first.eventTimeMs) },
      latest_event: latestEventMs === null ? null : formatInstant(latestEventMs),
      max_lateness_ms: definition.maxLatenessMs,
    });
  }
  return findings;
}

/** Whether more of the events are dead than a share. */
export function isTooDead({ dead, delivered }: Pick<Counters, 'dead' | 'delivered'>, maxDead: number): boolean {
  return dead > delivered * maxDead;
}

function reasonsOf(letters: readonly DeadLetter[]): FoundReason[] {
  const found = new Map<DeadReason, { letters: number; first: DeadLetter }>();
  for (const letter of letters) {
    const known = found.get(letter.reason);
    if (known === undefined) found.set(letter.reason, { letters: 1, first: letter });
    else known.letters++;
  }
  return [...found]
    .sort(([, a], [, b]) => b.letters - a.letters)
    .slice(0, REASONS)
    .map(([reason, { letters: count, first }]) => ({
      reason,
      letters: count,
      sequence: first.position.sequence,
      message: first.message,
    }));
}

function firstOf<T extends SideOutput>(items: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const item of items) {
    first.push(item);
    if (first.length >= most) break;
  }
  return first;
}
