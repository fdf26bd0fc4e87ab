import fc from 'fast-check';
import { windowOf } from '../../../engine/windows/registry.ts';
import { sessionGridOf } from '../../../engine/windows/session-grid.ts';
import { casesOf } from '../../support/random-cases.ts';

test('a session is final at the first tick beyond its end: a quarter of the gap, or from four minutes on a minute', () => {
  const gaps = fc.integer({ min: 1, max: 31_622_400_000 });
  fc.assert(
    fc.property(gaps, fc.nat({ max: 10_000_000 }), (gapMs, lastMs) => {
      const { tickMs } = sessionGridOf({ gapMs });
      const longest = Math.min(gapMs, Math.max(1000, Math.ceil(gapMs / 4)), 60_000);
      expect(tickMs).toBe(longest);
      const window = windowOf({ kind: 'session', gapMs });
      const isFinal = (watermarkMs: number) => lastMs + gapMs < window.closedUpTo(watermarkMs);
      const finalAtMs = (Math.floor((lastMs + gapMs) / tickMs) + 1) * tickMs;
      expect([isFinal(finalAtMs - 1), isFinal(finalAtMs)]).toEqual([false, true]);
    }),
    { seed: 20_261_128, numRuns: casesOf(1000) },
  );
  expect(windowOf({ kind: 'session', gapMs: 1_800_000 }).words.window).toBe(
    'session, with gaps of at most 30 minutes; final when the watermark, in steps of 1 minute, is beyond the last event by more',
  );
});

test('panes are no longer than the gap, and whole ticks, so that what is let go has been looked at', () => {
  const gaps = fc.integer({ min: 1, max: 31_622_400_000 });
  fc.assert(
    fc.property(gaps, fc.nat({ max: 10_000_000 }), (gapMs, watermarkMs) => {
      const { paneMs, tickMs } = sessionGridOf({ gapMs });
      expect(paneMs).toBeGreaterThan(0);
      expect(paneMs).toBeLessThanOrEqual(gapMs);
      expect(paneMs % tickMs).toBe(0);
      const window = windowOf({ kind: 'session', gapMs });
      expect(window.panes).toEqual({ paneMs, offsetMs: 0 });
      expect(window.stateCutoff(watermarkMs)).toBeLessThanOrEqual(window.closedUpTo(watermarkMs));
    }),
    { seed: 20_261_127, numRuns: casesOf(1000) },
  );
});
