import fc from 'fast-check';
import { orderOfKeys } from '../../../engine/bytes/order-of-keys.ts';

function orderOf(keys: readonly Uint8Array[]): readonly number[] {
  const bytes = Buffer.concat([Buffer.from([9]), ...keys]);
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { length } of keys) {
    const from = ends.at(-1) ?? 1;
    starts.push(from);
    ends.push(from + length);
  }
  return [...orderOfKeys({ bytes, starts, ends })];
}

function naive(keys: readonly Uint8Array[]): readonly number[] {
  return [...keys.keys()].sort((a, b) => Buffer.compare(keys[a] as Uint8Array, keys[b] as Uint8Array) || a - b);
}

// Few different bytes, long beginnings that are alike, keys that end within others, and keys that are equal.
const key = fc
  .tuple(fc.constantFrom('', 'ab', 'abcdefghi'), fc.array(fc.constantFrom(0, 1, 254, 255), { maxLength: 12 }))
  .map(([beginning, rest]) => Buffer.concat([Buffer.from(beginning), Buffer.from(rest)]));

test('keys come in the order of their bytes, equal ones as they are given', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 200, size: 'max' }), (keys) => {
      expect(orderOf(keys)).toEqual(naive(keys));
    }),
    { seed: 20260107, numRuns: 150 },
  );
});

test('keys that are in order stay as they are, and many that are not are sorted', () => {
  const keys = Array.from({ length: 3000 }, (_, i) =>
    Buffer.from(`user-${String((i * 1237) % 3000).padStart(6, '0')}`),
  );
  const sorted = [...keys].sort(Buffer.compare);
  expect(orderOf(sorted)).toEqual([...sorted.keys()]);
  expect(orderOf(keys).map((index) => keys[index])).toEqual(sorted);
});
