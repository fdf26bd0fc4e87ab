import fc from 'fast-check';
import type { SourceRecord } from '../../engine/decode/source-record.ts';
import { at, type Click, clickJson, MINUTE_MS, record } from './clicks.ts';
import type { Delivered } from './naive-reference.ts';

/** Seconds before or after the time that an event would have were all in order, and what else is random about it. */
interface RawEvent {
  readonly jitterSeconds: number;
  readonly page: string;
  readonly user: string;
  readonly amount: number | null;
  readonly bad: boolean;
}

export interface RawRecord {
  readonly events: readonly RawEvent[];
  readonly arrival: 'none' | 'soon' | 'clockAhead';
  readonly pack: 'plain' | 'gzip';
}

const eventArbitrary: fc.Arbitrary<RawEvent> = fc.record({
  jitterSeconds: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -70, max: 60 }) },
    { weight: 3, arbitrary: fc.integer({ min: -900, max: 200 }) },
    { weight: 1, arbitrary: fc.integer({ min: -2400, max: 0 }) },
  ),
  page: fc.constantFrom('/a', '/b', '/c'),
  user: fc.constantFrom('u1', 'u2', 'u3', 'u4'),
  amount: fc.option(fc.integer({ min: -8, max: 40 }).map((quarters) => quarters / 4)),
  bad: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
});

export const recordArbitrary: fc.Arbitrary<RawRecord> = fc.record({
  events: fc.array(eventArbitrary, { minLength: 1, maxLength: 4 }),
  arrival: fc.constantFrom<RawRecord['arrival'][]>('none', 'soon', 'soon', 'clockAhead'),
  pack: fc.constantFrom<RawRecord['pack'][]>('plain', 'plain', 'gzip'),
});

export interface CaseShard {
  readonly records: readonly SourceRecord[];
  readonly delivered: readonly Delivered[];
}

/** The records of a shard: their times go on by a minute or so from one to the next. */
export function buildShard(shard: string, raw: readonly RawRecord[], start = at('10:00')): CaseShard {
  const records: SourceRecord[] = [];
  const delivered: Delivered[] = [];
  raw.forEach(({ events, arrival, pack }, n) => {
    const baseMs = start + n * 1.3 * MINUTE_MS;
    // A clock that is ahead by less than maxFutureSkew, of events that the jitter does not take beyond it.
    const arrivalMs = arrival === 'none' ? null : arrival === 'soon' ? baseMs + 4 * MINUTE_MS : baseMs - MINUTE_MS / 2;
    const lines = events.map((event, index) => {
      const time = Math.round(baseMs + event.jitterSeconds * 1000);
      const click: Click = {
        id: `${shard}.${n}.${index}`,
        user: event.user,
        page: event.page,
        amount: event.amount,
        time,
      };
      const dead = event.bad || (arrivalMs !== null && time > arrivalMs + 5 * MINUTE_MS);
      delivered.push({ click: dead ? null : click, arrivalMs });
      return event.bad ? `bad ${click.id}` : clickJson(click);
    });
    records.push(record(n + 1, lines.join('\n'), { arrivalMs, pack }));
  });
  return { records, delivered };
}
