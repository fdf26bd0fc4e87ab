import fc from 'fast-check';
import { type Duration, durationMs, formatDuration } from '../../../engine/ir/duration.ts';
import { refusal } from '../dsl/untyped.ts';

const SEED = 20150517;

test.each([
  ['0 ms', 0],
  ['1 ms', 1],
  ['1 second', 1000],
  ['90 seconds', 90_000],
  ['1 minute', 60_000],
  ['007 minutes', 420_000],
  ['1 hour', 3_600_000],
  ['366 days', 31_622_400_000],
  ['500ms', 500],
  ['10s', 10_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['0s', 0],
  ['1 week', 604_800_000],
  ['2w', 1_209_600_000],
] as [Duration, number][])('%s is %d milliseconds', (text, ms) => {
  expect(durationMs(text, 'gap')).toBe(ms);
});

test.each([
  ['no number', 'minutes'],
  ['no unit', '5'],
  ['no blank before a word', '5minutes'],
  ['a blank before a letter', '5 m'],
  ['an abbreviation', '5 min'],
  ['two short parts', '1h30m'],
  ['a short unit of every object', '5constructor'],
  ['two blanks', '5  minutes'],
  ['a fraction', '1.5 minutes'],
  ['a sign', '-5 minutes'],
  ['a hexadecimal number', '0x10 minutes'],
  ['another unit', '2 fortnights'],
  ['capital letters', '5 Minutes'],
  ['two parts', '1 hour 5 minutes'],
  ['a line end', '5 minutes\n'],
  ['nothing', ''],
  ['a property that every object has', '5 constructor'],
  ['its prototype', '5 __proto__'],
])('%s is no duration', (_, text) => {
  const said = refusal(() => durationMs(text as Duration, "stream 'clicks': maxLateness"));
  expect(said.replace(/ Did you mean '\d+ \w+'\?/, '')).toBe(
    `stream 'clicks': maxLateness is '${text}', which is not a duration. Write a whole number and a unit, such as '5 minutes' or '5m'; the units are ms, second, seconds, minute, minutes, hour, hours, day, days, week, weeks, or in short ms, s, m, h, d, w.`,
  );
});

test.each([
  ['5 min', '5 minutes'],
  ['5M', '5 minutes'],
  ['5 m', '5 minutes'],
  ['5 MS', '5 ms'],
  ['5 S', '5 seconds'],
  ['5 mins', '5 minutes'],
  ['5 Minutes', '5 minutes'],
  ['5minutes', '5 minutes'],
  ['10 sec', '10 seconds'],
  ['2 h', '2 hours'],
  ['3 D', '3 days'],
  ['500 MS', '500 ms'],
])('%s was meant to be %s', (text, meant) => {
  expect(refusal(() => durationMs(text as Duration, 'gap'))).toContain(
    `not a duration. Did you mean '${meant}'? Write`,
  );
});

test.each(['2 fortnights', '1 month', '5', '1h30m', '1.5 minutes', ''])('of %j nothing is guessed', (text) => {
  expect(refusal(() => durationMs(text as Duration, 'gap'))).not.toContain('Did you mean');
});

test('a number is no duration', () => {
  expect(refusal(() => durationMs(60_000 as unknown as Duration, 'gap'))).toContain("gap is '60000', which is not");
});

test.each([
  ['500 ms', '500ms'],
  ['90 seconds', '90s'],
  ['5 minutes', '5m'],
  ['36 hours', '36h'],
  ['7 days', '7d'],
] as [Duration, Duration][])('%s and %s are the same', (long, short) => {
  expect(durationMs(short, 'gap')).toBe(durationMs(long, 'gap'));
});

test.each(['367 days', '9007199254740993 ms', `${'9'.repeat(400)} days`] as Duration[])('%s is too long', (text) => {
  expect(refusal(() => durationMs(text, 'gap'))).toBe(
    `gap is '${text}': it must be at least 0 ms and at most 366 days.`,
  );
});

test('zero is refused where something has to pass', () => {
  expect(refusal(() => durationMs('0 minutes', 'tumbling(size)', 1))).toBe(
    "tumbling(size) is '0 minutes': it must be at least 1 ms and at most 366 days.",
  );
});

test('the text of a duration means the same duration', () => {
  const ms = fc.oneof(
    fc.integer({ min: 0, max: 366 * 86_400_000 }),
    fc.integer({ min: 0, max: 366 }).chain((n) => fc.constantFrom(1000, 60_000, 86_400_000).map((unit) => n * unit)),
  );
  fc.assert(
    fc.property(ms, (duration) => {
      expect(durationMs(formatDuration(duration) as Duration, 'gap')).toBe(duration);
    }),
    { seed: SEED },
  );
});

test.each([
  [0, '0 ms'],
  [1500, '1500 ms'],
  [1000, '1 second'],
  [300_000, '5 minutes'],
  [5_400_000, '90 minutes'],
  [86_400_000, '1 day'],
])('%d ms is written %j', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
