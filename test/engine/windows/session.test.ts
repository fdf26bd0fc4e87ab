import fc from 'fast-check';
import { closedUpTo, stateCutoff } from '../../../engine/windows/boundaries.ts';
import { sessionGridOf } from '../../../engine/windows/session.ts';

test('panes are no longer than the gap, and whole ticks, so that what is let go has been looked at', () => {
  const gaps = fc.integer({ min: 1, max: 31_622_400_000 });
  fc.assert(
    fc.property(gaps, fc.nat({ max: 10_000_000 }), (gapMs, watermarkMs) => {
      const { paneMs, tickMs } = sessionGridOf({ kind: 'session', gapMs });
      expect(paneMs).toBeGreaterThan(0);
      expect(paneMs).toBeLessThanOrEqual(gapMs);
      expect(paneMs % tickMs).toBe(0);
      const window = { kind: 'session', gapMs } as const;
      expect(stateCutoff(window, watermarkMs)).toBeLessThanOrEqual(closedUpTo(window, watermarkMs));
    }),
    { seed: 20_261_127, numRuns: 1000 },
  );
});
