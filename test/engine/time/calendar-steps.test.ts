import { Calendar, type CalendarUnit } from '../../../engine/time/calendar.ts';
import { TimeZone } from '../../../engine/time/time-zone.ts';

const DAY_MS = 86_400_000;
// Clocks go forward at midnight in São Paulo, which has no 0:00 on such days.
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Sao_Paulo'];
const UNITS: readonly (readonly [CalendarUnit, number])[] = [
  ['day', 0],
  ['week', 0],
  ['week', 6],
  ['month', 0],
];
const CASES = ZONES.flatMap((zone) => UNITS.map(([unit, weekStart]) => ({ zone, unit, weekStart })));

test.each(CASES)(
  'steps are those that one comes to by going from end to end: $unit from day $weekStart in $zone',
  (of) => {
    const calendar = new Calendar(of.unit, TimeZone.of(of.zone) as TimeZone, of.weekStart);
    for (const from of ['1969-12-20', '2011-12-01', '2018-10-20', '2019-02-25']) {
      const startMs = calendar.startOf(Date.parse(from));
      let at = startMs;
      for (let n = 0; n <= 40; n++) {
        expect([n, calendar.after(startMs, n)]).toEqual([n, at]);
        expect([n, calendar.between(startMs, at), calendar.between(at, startMs)]).toEqual([n, n, n === 0 ? 0 : -n]);
        at = calendar.endOf(at);
      }
      expect(at - startMs).toBeGreaterThan(40 * DAY_MS - 2 * DAY_MS);
    }
  },
);

test('a date that a zone left out counts as a day that nothing happened on', () => {
  // Samoa went from December 29, 2011 to December 31.
  const apia = new Calendar('day', TimeZone.of('Pacific/Apia') as TimeZone, 0);
  const before = apia.startOf(Date.parse('2011-12-30T00:00:00Z'));
  expect(apia.endOf(before) - before).toBe(DAY_MS);
  expect(apia.between(before, apia.endOf(before))).toBe(2);
});
