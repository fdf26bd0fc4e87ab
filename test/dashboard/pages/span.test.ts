import { parseTime, spanBefore, spanOf } from '../../../dashboard/src/pages/span.ts';

const HOUR = 3_600_000;
const STEP = 300_000;
const nowMs = Date.parse('2026-11-25T18:35:41Z');
const defaults = { nowMs, stepMs: STEP, isReplay: false };

test('the last four hours, beginning with a window', () => {
  expect(spanOf({}, defaults)).toEqual({ fromMs: Date.parse('2026-11-25T14:35:00Z'), toMs: null, preset: '4h' });
  expect(spanOf({ range: '1h' }, defaults)).toMatchObject({ fromMs: Date.parse('2026-11-25T17:35:00Z'), preset: '1h' });
});

test('of longer windows a longer range, or all time', () => {
  expect(spanOf({}, { ...defaults, stepMs: HOUR }).preset).toBe('1d');
  expect(spanOf({}, { ...defaults, stepMs: 24 * HOUR })).toEqual({ fromMs: null, toMs: null, preset: null });
});

test('a replayed file is shown whole unless a range is asked for', () => {
  expect(spanOf({}, { ...defaults, isReplay: true })).toEqual({ fromMs: null, toMs: null, preset: null });
  expect(spanOf({ range: 'all' }, defaults)).toEqual({ fromMs: null, toMs: null, preset: null });
  expect(spanOf({ range: '1d' }, { ...defaults, isReplay: true }).preset).toBe('1d');
});

test('two times in order stand; what is no time or upside down does not', () => {
  const [from, to] = ['2026-11-25T10:00:00.000Z', '2026-11-25T12:00:00.000Z'];
  expect(spanOf({ from, to, range: '1h' }, defaults)).toEqual({
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    preset: null,
  });
  expect(spanOf({ from: to, to: from }, defaults).preset).toBe('4h');
  expect(spanOf({ from: 'yesterday', to }, defaults).preset).toBe('4h');
  expect(spanOf({ range: '__proto__' }, defaults).preset).toBe('4h');
});

test('a time without a zone is UTC', () => {
  expect(parseTime('2026-11-25 14:30')).toBe(Date.parse('2026-11-25T14:30:00Z'));
  expect(parseTime('2026-11-25')).toBe(Date.parse('2026-11-25T00:00:00Z'));
  expect(parseTime('2026-11-25T14:30:00+02:00')).toBe(Date.parse('2026-11-25T12:30:00Z'));
  expect(parseTime('1795617000000')).toBe(1_795_617_000_000);
  expect(parseTime('14:30')).toBeNull();
  expect(parseTime(undefined)).toBeNull();
});

test('the period before is of whole windows, and of all time there is none', () => {
  const span = spanOf({}, defaults);
  expect(spanBefore(span, nowMs, STEP)).toEqual({ fromMs: Date.parse('2026-11-25T10:30:00Z'), toMs: span.fromMs });
  expect(spanBefore({ fromMs: null, toMs: null, preset: null }, nowMs, STEP)).toBeNull();
});
