import fc from 'fast-check';
import { calendar, sliding, tumbling } from 'streamgauge';
import type { WindowDefinition } from '../../../engine/ir/window.ts';
import { windowAfter } from '../../../engine/windows/aligned.ts';
import { windowOf } from '../../../engine/windows/registry.ts';
import type { WindowKind } from '../../../engine/windows/window-kind.ts';
import { casesOf } from '../../support/random-cases.ts';
import { js, refusal } from '../dsl/untyped.ts';

const kindOf = (window: unknown): WindowKind => windowOf(window as WindowDefinition);
const iso = (timeMs: number) => new Date(timeMs).toISOString();
const newYork = kindOf(calendar('day', { timeZone: 'America/New_York' }));

test.each([
  ['2019-03-10T04:59:59Z', '2019-03-09T05:00:00.000Z', 24],
  ['2019-03-10T05:00:00Z', '2019-03-10T05:00:00.000Z', 23],
  ['2019-03-11T03:59:59Z', '2019-03-10T05:00:00.000Z', 23],
  ['2019-03-11T04:00:00Z', '2019-03-11T04:00:00.000Z', 24],
  ['2019-11-03T12:00:00Z', '2019-11-03T04:00:00.000Z', 25],
])("%s lies in New York's day that starts at %s and has %d hours", (time, start, hours) => {
  const { windowStartMs, windowEndMs } = newYork.missed(Date.parse(time));
  expect([iso(windowStartMs), (windowEndMs - windowStartMs) / 3_600_000]).toEqual([start, hours]);
});

test.each([
  [
    'week',
    { timeZone: 'America/New_York' },
    '2019-03-10T12:00:00Z',
    '2019-03-04T05:00:00.000Z',
    '2019-03-11T04:00:00.000Z',
  ],
  ['week', { weekStart: 'sunday' }, '2019-03-10T12:00:00Z', '2019-03-10T00:00:00.000Z', '2019-03-17T00:00:00.000Z'],
  [
    'month',
    { timeZone: 'Asia/Kolkata' },
    '2024-02-29T18:29:59Z',
    '2024-01-31T18:30:00.000Z',
    '2024-02-29T18:30:00.000Z',
  ],
  [
    'day',
    { timeZone: 'America/Havana' },
    '2019-11-03T04:30:00Z',
    '2019-11-03T04:00:00.000Z',
    '2019-11-04T05:00:00.000Z',
  ],
  [
    'day',
    { timeZone: 'America/Sao_Paulo' },
    '2018-11-04T12:00:00Z',
    '2018-11-04T03:00:00.000Z',
    '2018-11-05T02:00:00.000Z',
  ],
] as const)('a %s of %j: %s is from %s to %s', (unit, options, time, start, end) => {
  const { windowStartMs, windowEndMs } = kindOf(calendar(unit, options)).missed(Date.parse(time));
  expect([iso(windowStartMs), iso(windowEndMs)]).toEqual([start, end]);
});

test('windows follow each other, hold the instants of one local date, and no pane has an edge in it', () => {
  const zones = [
    'UTC',
    'America/New_York',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
  ];
  const time = fc.integer({ min: Date.parse('1970-01-02'), max: Date.parse('2037-12-01') });
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.constantFrom('day', 'week', 'month'), time, (timeZone, unit, timeMs) => {
      const kind = kindOf(calendar(unit as 'day', { timeZone }));
      if (kind.grid === null) throw new TypeError('A calendar has a grid.');
      const { windowStartMs, windowEndMs } = kind.missed(timeMs);
      const date = (at: number) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
      const name = (at: number) => (unit === 'month' ? date(at).slice(0, 7) : date(at));
      expect(timeMs).toBeGreaterThanOrEqual(windowStartMs);
      expect(timeMs).toBeLessThan(windowEndMs);
      expect(windowAfter(kind.grid, windowStartMs)).toBe(windowEndMs);
      expect(kind.missed(windowEndMs).windowStartMs).toBe(windowEndMs);
      expect(kind.missed(windowStartMs - 1).windowEndMs).toBe(windowStartMs);
      if (unit !== 'week') expect(name(timeMs)).toBe(name(windowStartMs));
      expect(name(windowStartMs - 1)).not.toBe(name(windowStartMs));
      const { paneMs, offsetMs } = kind.panes;
      expect(Math.abs((windowStartMs - offsetMs) % paneMs)).toBe(0);
      expect(windowEndMs - windowStartMs).toBeLessThanOrEqual(kind.spanMs);
    }),
    { seed: 20_261_129, numRuns: casesOf(300) },
  );
});

test('panes are a day long where clocks are never changed', () => {
  expect(kindOf(calendar('day')).panes.paneMs).toBe(86_400_000);
  expect(kindOf(calendar('day', { timeZone: 'America/New_York' })).panes.paneMs).toBe(3_600_000);
});

test.each<[() => unknown, string]>([
  [() => js.calendar('year'), "calendar(unit) is 'year': it must be 'day' or 'week' or 'month'."],
  [
    () => js.calendar('day', { timeZone: 'Mars/Olympus' }),
    "calendar(…, { timeZone }) is 'Mars/Olympus', and there is no such time zone. Give a name such as 'America/New_York'.",
  ],
  [
    () => js.calendar('day', { weekStart: 'sunday' }),
    "calendar('day', …) has a weekStart, which only weeks have. Leave it out.",
  ],
  [
    () => js.calendar('week', { weekStart: 'Sunday' }),
    "calendar(…, { weekStart }) is 'Sunday': it must be 'monday' or 'tuesday' or 'wednesday' or 'thursday' or 'friday' or 'saturday' or 'sunday'.",
  ],
])('case %#: a definition is told what is wrong', (make, message) => {
  expect(refusal(make as never)).toBe(message);
});

test('a negative offset is one from the other side', () => {
  expect(tumbling('1 day', { offset: '-5 hours' })).toEqual(tumbling('1 day', { offset: '19 hours' }));
  expect(sliding({ size: '2 hours', slide: '1 hour', offset: '-90 minutes' })).toEqual(
    sliding({ size: '2 hours', slide: '1 hour', offset: '30 minutes' }),
  );
  expect(tumbling('1 week')).toEqual(tumbling('7 days'));
});
