import fc from 'fast-check';
import { TimeZone } from '../../../engine/time/time-zone.ts';

const zone = (name: string) => TimeZone.of(name) as TimeZone;
const at = (text: string) => Date.parse(text);
const iso = (timeMs: number) => new Date(timeMs).toISOString();

test.each([
  ['2019-03-10T04:59:59Z', '2019-03-09T23:59:59.000Z'],
  ['2019-03-10T05:00:00Z', '2019-03-10T00:00:00.000Z'],
  ['2019-03-10T06:59:59.999Z', '2019-03-10T01:59:59.999Z'],
  ['2019-03-10T07:00:00Z', '2019-03-10T03:00:00.000Z'],
  ['2019-03-11T03:59:59Z', '2019-03-10T23:59:59.000Z'],
  ['2019-03-11T04:00:00Z', '2019-03-11T00:00:00.000Z'],
])('%s is %s in New York', (time, local) => {
  expect(iso(zone('America/New_York').localMs(at(time)))).toBe(local);
});

test.each([
  ['America/New_York', 'there once', '2019-03-10T00:00Z', '2019-03-10T05:00:00.000Z'],
  ['America/New_York', 'passed over: the end of the gap', '2019-03-10T02:30Z', '2019-03-10T07:00:00.000Z'],
  ['America/New_York', 'there twice: the first', '2019-11-03T01:30Z', '2019-11-03T05:30:00.000Z'],
  ['America/Sao_Paulo', 'a midnight that is passed over', '2018-11-04T00:00Z', '2018-11-04T03:00:00.000Z'],
  ['America/Havana', 'a midnight that is there twice', '2019-11-03T00:00Z', '2019-11-03T04:00:00.000Z'],
  ['Pacific/Apia', 'a day that is passed over', '2011-12-30T12:00Z', '2011-12-30T10:00:00.000Z'],
])('%s, %s: %s is %s', (name, _, local, time) => {
  expect(iso(zone(name).instantOf(at(local)))).toBe(time);
});

test('every instant has the local time that Intl shows, and is found by it again', () => {
  const names = [
    'UTC',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Apia',
  ];
  const time = fc.integer({ min: at('1900-01-01'), max: at('2100-01-01') });
  const formats = new Map(
    names.map((name) => [
      name,
      new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' }),
    ]),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), time, (name, timeMs) => {
      const local = zone(name).localMs(timeMs);
      expect(iso(local).slice(0, 19).replace('T', ' ')).toBe(formats.get(name)?.format(timeMs));
      const found = zone(name).instantOf(local);
      expect(zone(name).localMs(found)).toBe(local);
      expect(found).toBeLessThanOrEqual(timeMs);
    }),
    { seed: 20_261_129, numRuns: 300 },
  );
});

test.each(['Mars/Olympus', '', '+02:00', 'GMT+25'])('there is no zone %j', (name) => {
  expect(TimeZone.of(name)).toBe(null);
});
