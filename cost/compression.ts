import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { compressZstd } from '../producer/zstd.ts';
import { along } from './interpolate.ts';

/** A sample of events says nothing about how they compress. The message says what it lacks. */
export class SampleError extends StreamgaugeError {
  override readonly name = 'SampleError';
  readonly code = 'sample';
}

/** What zstd leaves of events, by how many are in a record: few of them share little. */
export interface CompressionCurve {
  /** Where it was measured. */
  readonly source: string;
  /** Rising, from 1. */
  readonly events: readonly number[];
  readonly ratios: readonly number[];
}

/** Between what was measured, on a straight line over both logarithms; beyond its end as there. */
export function ratioAt({ events, ratios }: CompressionCurve, count: number): number {
  const most = events.at(-1) as number;
  return along(events, ratios, Math.min(count, most));
}

export interface Sample {
  /** Of an event, without its line break. */
  readonly eventBytes: number;
  readonly curve: CompressionCurve;
}

const STEPS = [1, 10, 100, 1000, 10_000];

/** How large events are and how far they shrink, from lines of the pipeline's own events. */
export function measureSample(lines: readonly Uint8Array[], source: string): Sample {
  if (lines.length === 0) throw new SampleError(`The sample ${source} has no events. Give it a line of JSON for each.`);
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  const events = STEPS.filter((step) => step <= lines.length);
  return {
    eventBytes: Math.max(1, Math.round(bytes / lines.length)),
    curve: { source, events, ratios: events.map((step) => ratioOf(lines, step)) },
  };
}

/** Records of so many lines, as the producer packs them: a line break after each. */
function ratioOf(lines: readonly Uint8Array[], perRecord: number): number {
  let [plain, packed] = [0, 0];
  for (let from = 0; from + perRecord <= lines.length; from += perRecord) {
    const record = Buffer.concat(lines.slice(from, from + perRecord).flatMap((line) => [line, LINE_BREAK]));
    plain += record.length;
    packed += compressZstd(record).length;
  }
  return packed / plain;
}

const LINE_BREAK = Buffer.from('\n');
