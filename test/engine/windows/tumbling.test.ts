import fc from 'fast-check';
import { type Duration, tumbling } from 'streamgauge';
import type { TumblingWindow } from '../../../engine/ir/window.ts';
import { gridOf, lastWindowOf } from '../../../engine/windows/aligned.ts';
import { casesOf } from '../../support/random-cases.ts';
import { js, refusal } from '../dsl/untyped.ts';

const SEED = 20150517;
const define = (size: Duration, offset?: Duration) => tumbling(size, offset ? { offset } : {}) as TumblingWindow;

test('an offset beyond the size is the rest of it', () => {
  expect(define('1 hour', '90 minutes')).toEqual({ kind: 'tumbling', sizeMs: 3_600_000, offsetMs: 1_800_000 });
  expect(define('1 hour')).toEqual({ kind: 'tumbling', sizeMs: 3_600_000, offsetMs: 0 });
});

test('every instant, before 1970 too, is in one window, and windows begin at the offset plus whole sizes', () => {
  const window = fc
    .tuple(fc.integer({ min: 1, max: 31_622_400_000 }), fc.integer({ min: 0, max: 31_622_400_000 }))
    .map(([sizeMs, offset]) => define(`${BigInt(sizeMs)} ms`, `${BigInt(offset)} ms`));
  const time = fc.integer({ min: -62_135_596_800_000, max: 221_845_391_999_999 });
  fc.assert(
    fc.property(window, time, ({ sizeMs, offsetMs }, timeMs) => {
      const start = lastWindowOf(gridOf({ sizeMs, offsetMs }), timeMs);
      expect(start).toBeLessThanOrEqual(timeMs);
      expect(timeMs).toBeLessThan(start + sizeMs);
      expect(Math.abs((start - offsetMs) % sizeMs)).toBe(0);
    }),
    { seed: SEED, numRuns: casesOf(1000) },
  );
});

test('a boundary belongs to the window that it begins', () => {
  const day = define('1 day', '5 hours');
  const boundary = Date.parse('2015-05-17T05:00:00Z');
  expect(lastWindowOf(gridOf(day), boundary)).toBe(boundary);
  expect(lastWindowOf(gridOf(day), boundary - 1)).toBe(boundary - 86_400_000);
});

test.each([
  ['0 minutes', undefined, "tumbling(size) is '0 minutes': it must be at least 1 ms"],
  ['5 minuts', undefined, "tumbling(size) is '5 minuts', which is not a duration"],
  ['5 minutes', 'later', "tumbling(…, { offset }) is 'later', which is not a duration"],
])('tumbling(%j, offset %j) is refused', (size, offset, message) => {
  expect(refusal(() => define(size as Duration, offset as Duration | undefined))).toContain(message);
});

test.each([{ ofset: '1 minute' }, null, '1 minute'])('tumbling() is refused with the settings %j', (settings) => {
  expect(refusal(() => js.tumbling('5 minutes', settings))).toMatch(/^tumbling\(…\) .*offset/);
});
