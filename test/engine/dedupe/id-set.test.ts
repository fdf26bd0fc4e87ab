import fc from 'fast-check';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { addStoredIds, encodeIds } from '../../../engine/dedupe/id-codec.ts';
import { IdPanes } from '../../../engine/dedupe/id-panes.ts';
import { IdSet } from '../../../engine/dedupe/id-set.ts';

const SEED = 20_261_127;
// Few different halves, so that slots are fought over; the low half 0 stands for 1.
const half = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 0xffffffff }));
const ids = fc.array(fc.tuple(half, half), { maxLength: 300 });

test('a set of ids is a set', () => {
  fc.assert(
    fc.property(ids, ids, (added, asked) => {
      const set = new IdSet();
      const known = new Set<string>();
      for (const [high, low] of added) {
        expect(set.add(high, low)).toBe(!known.has(`${high} ${low}`));
        known.add(`${high} ${low}`);
      }
      expect(set.size).toBe(known.size);
      for (const [high, low] of [...added, ...asked]) expect(set.has(high, low)).toBe(known.has(`${high} ${low}`));
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('stored ids are the same when they are read, in 8 bytes each', () => {
  fc.assert(
    fc.property(ids, (added) => {
      const set = new IdSet();
      for (const [high, low] of added) set.add(high, low);
      const bytes = encodeIds(set);
      expect(bytes.length).toBe(6 + 8 * set.size);
      const read = new IdSet();
      addStoredIds(read, bytes);
      expect(read.size).toBe(set.size);
      for (const [high, low] of added) expect(read.has(high, low)).toBe(true);
    }),
    { seed: SEED, numRuns: 100 },
  );
});

test('stored ids that are damaged, cut or of a later layout are refused', () => {
  const set = new IdSet();
  set.add(1, 2);
  const right = encodeIds(set);
  const damaged = Uint8Array.from(right, (byte, index) => (index === 9 ? byte ^ 1 : byte));
  const later = Uint8Array.from(right, (byte, index) => (index === 1 ? 2 : byte));
  for (const bytes of [damaged, right.subarray(0, 10), later, new Uint8Array(3)]) {
    expect(() => addStoredIds(new IdSet(), bytes)).toThrow(CodecError);
  }
});

test('panes before an instant are forgotten', () => {
  const panes = new IdPanes();
  for (const startMs of [10, 20, 30]) panes.pane(startMs).add(startMs, 1);
  panes.forget(20);
  expect([...panes.panes.keys()]).toEqual([20, 30]);
  expect([panes.has(10, 1, 0), panes.has(20, 1, 0), panes.has(20, 1, 30)]).toEqual([false, true, false]);
});
