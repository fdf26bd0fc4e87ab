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
] as [Duration, number][])('%s is %d milliseconds', (text, ms) => {
  expect(durationMs(text, 'gap')).toBe(ms);
});

test.each([
  ['no number', 'minutes'],
  ['no unit', '5'],
  ['no blank', '5minutes'],
  ['two blanks', '5  minutes'],
  ['a fraction', '1.5 minutes'],
  ['a sign', '-5 minutes'],
  ['a hexadecimal number', '0x10 minutes'],
  ['another unit', '2 weeks'],
  ['capital letters', '5 Minutes'],
  ['two parts', '1 hour 5 minutes'],
  ['a line end', '5 minutes\n'],
  ['nothing', ''],
  ['a property that every object has', '5 constructor'],
  ['its prototype', '5 __proto__'],
])('%s is no duration', (_, text) => {
  expect(refusal(() => durationMs(text as Duration, "stream 'clicks': maxLateness"))).toBe(
    `stream 'clicks': maxLateness is '${text}', which is not a duration. Write a whole number and a unit, such as '5 minutes'; the units are ms, second, seconds, minute, minutes, hour, hours, day, days.`,
  );
});

test('a number is no duration', () => {
  expect(refusal(() => durationMs(60_000 as unknown as Duration, 'gap'))).toContain("gap is '60000', which is not");
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
