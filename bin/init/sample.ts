import { Random } from '../../generate/random.ts';
import type { Template } from './templates.ts';

const EVENTS = 3000;
const START_MS = Date.UTC(2026, 0, 5, 9);
/** Half an hour of events, so that most windows close. */
const SPAN_MS = 30 * 60_000;
/** The most that an event comes after a later one: within the lateness of every template's stream. */
const DISORDER_MS = 5000;
/** Cut off, as a crashed producer leaves a line. */
const BROKEN_LINE = '{"time":"2026-01-05T09:1';

/** Lines of sample events: out of order by a few seconds, and one of them broken, so that there is a dead letter to see. */
export function sampleLines(template: Template): readonly string[] {
  const random = new Random(1);
  const lines = Array.from({ length: EVENTS }, (_, index) => {
    const timeMs = START_MS + Math.floor((index * SPAN_MS) / EVENTS);
    const line = JSON.stringify({ ...template.event(random, index), time: new Date(timeMs).toISOString() });
    return { line, arrivesMs: timeMs + random.below(DISORDER_MS) };
  });
  const sorted = lines.sort((a, b) => a.arrivesMs - b.arrivesMs).map(({ line }) => line);
  return sorted.toSpliced(EVENTS / 2, 0, BROKEN_LINE);
}
