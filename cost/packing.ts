import { DEFAULT_RECORD_BYTES } from '../producer/limits.ts';
import { type CompressionCurve, ratioAt } from './compression.ts';

/** How producers put events into records. */
export type Packing =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'plain' } & Packer)
  | ({ readonly kind: 'zstd'; readonly curve: CompressionCurve } & Packer);

export interface Packer {
  /** Bytes of a record at most. */
  readonly recordBytes: number;
  /** Of all producers of a stream together: each lane makes records of its own. */
  readonly lanes: number;
  /** How long an event waits for others to share its record, at most. */
  readonly lingerSeconds: number;
}

/** What the producer does unless it is told otherwise. */
export const DEFAULT_PACKER: Packer = { recordBytes: DEFAULT_RECORD_BYTES, lanes: 8, lingerSeconds: 1 };

export interface Records {
  readonly eventsPerRecord: number;
  readonly recordBytes: number;
}

/** Records of one stream. A record is sent when it is full, or when its first event has waited for `lingerSeconds`. */
export function recordsOf(packing: Packing, eventBytes: number, eventsPerSecond: number): Records {
  if (packing.kind === 'none') return { eventsPerRecord: 1, recordBytes: eventBytes };
  const { recordBytes, lanes, lingerSeconds } = packing;
  const inTime = (eventsPerSecond / lanes) * lingerSeconds;
  const ratio = packing.kind === 'plain' ? () => 1 : (count: number) => ratioAt(packing.curve, count);
  const bytesOf = (count: number) => count * (eventBytes + LINE_BREAK) * ratio(count);
  const most = mostThatFit(recordBytes, bytesOf);
  const eventsPerRecord = Math.max(1, Math.min(inTime, most));
  return { eventsPerRecord, recordBytes: bytesOf(eventsPerRecord) };
}

const LINE_BREAK = 1;
/** More events than any record holds. */
const TOO_MANY = 2 ** 24;

/** The largest whole number of events that a record holds, by bisection: more events never take fewer bytes. */
function mostThatFit(recordBytes: number, bytesOf: (count: number) => number): number {
  let [fits, tooMany] = [1, TOO_MANY];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (bytesOf(middle) <= recordBytes) fits = middle;
    else tooMany = middle;
  }
  return fits;
}
