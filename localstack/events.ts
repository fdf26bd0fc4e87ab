import { generateClickstream } from '../generate/index.ts';

export interface Traffic {
  /** Lines in the order in which they are sent, duplicates among them. */
  readonly lines: readonly string[];
  readonly events: number;
  readonly duplicates: number;
}

/** Events a second of event time, and how late the latest of them come. */
const RATE_PER_SECOND = 60;
const DISORDER_MS = 10_000;
/** Every so many events one is sent once more, a while later. */
const DUPLICATE_EVERY = 20;
const DUPLICATE_AFTER = 150;

/** Clicks that end about now, out of order, some of them twice. The same for the same seed and time. */
export function makeTraffic(events: number, seed: number, endMs: number): Traffic {
  const startMs = endMs - Math.ceil((events / RATE_PER_SECOND) * 1000) - DISORDER_MS;
  const unique = [
    ...generateClickstream({ events, seed, startMs, ratePerSecond: RATE_PER_SECOND, disorderMs: DISORDER_MS }),
  ];
  const lines = unique.flatMap((line, index) => {
    const earlier = index % DUPLICATE_EVERY === 0 ? unique[index - DUPLICATE_AFTER] : undefined;
    return earlier === undefined ? [line] : [line, earlier];
  });
  return { lines, events, duplicates: lines.length - events };
}
