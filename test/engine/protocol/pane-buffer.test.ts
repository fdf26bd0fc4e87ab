import fc from 'fast-check';
import { global, session, sliding, type Window } from 'streamgauge';
import type { WindowDefinition } from '../../../engine/ir/window.ts';
import { PaneBuffer } from '../../../engine/protocol/pane-buffer.ts';
import { casesOf } from '../../support/random-cases.ts';

const SEED = 20_261_128;
const times = fc.integer({ min: -100_000, max: 100_000 });
const lengths = fc.integer({ min: 1, max: 5000 });
const short = fc.integer({ min: 1, max: 60 });
const ms = (length: number) => `${BigInt(length)} ms` as const;

function bufferOf(window: Window, watermarkMs: number): PaneBuffer {
  return new PaneBuffer({ window: window as WindowDefinition, allowedLatenessMs: 0, buckets: 1 }, watermarkMs);
}

test('a pane lies in every window that holds one of its events, and in no other', () => {
  fc.assert(
    fc.property(short, short, short, times, (size, slide, offset, timeMs) => {
      const paneMs = bufferOf(sliding({ size: ms(size), slide: ms(slide), offset: ms(offset) }), 0).paneStartOf(timeMs);
      expect(paneMs).toBeLessThanOrEqual(timeMs);
      const beforeAll = offset + slide * Math.floor((timeMs - offset - size) / slide) - slide;
      for (let start = beforeAll; start <= timeMs + slide; start += slide) {
        const holds = (atMs: number) => start <= atMs && atMs < start + size;
        expect(holds(paneMs)).toBe(holds(timeMs));
      }
    }),
    { seed: SEED, numRuns: casesOf(1000) },
  );
});

test('two events of a session pane are never more than the gap apart', () => {
  fc.assert(
    fc.property(lengths, times, times, (gap, one, other) => {
      const buffer = bufferOf(session({ gap: ms(gap) }), 0);
      if (buffer.paneStartOf(one) === buffer.paneStartOf(other)) expect(Math.abs(one - other)).toBeLessThanOrEqual(gap);
    }),
    { seed: SEED, numRuns: casesOf(1000) },
  );
});

test('an event of a global window that is older than the watermark goes into the pane where that stands', () => {
  fc.assert(
    fc.property(lengths, times, times, (every, timeMs, watermarkMs) => {
      const paneMs = bufferOf(global({ emitEvery: ms(every) }), watermarkMs).paneStartOf(timeMs);
      const lies = Math.max(timeMs, watermarkMs);
      expect(Math.abs(paneMs % every)).toBe(0);
      expect(paneMs <= lies && lies < paneMs + every).toBe(true);
    }),
    { seed: SEED, numRuns: casesOf(1000) },
  );
});
