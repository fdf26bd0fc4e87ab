import fc from 'fast-check';
import { windowOf } from '../../../engine/windows/registry.ts';
import { sessionGridOf } from '../../../engine/windows/session-grid.ts';

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
    { seed: 20_261_127, numRuns: 1000 },
  );
});
