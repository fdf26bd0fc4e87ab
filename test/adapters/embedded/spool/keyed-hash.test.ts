import { KeyedHash } from '../../../../adapters/embedded/spool/keyed-hash.ts';
import { RowPlaces } from '../../../../adapters/embedded/spool/row-places.ts';

const hashOf = (hash: KeyedHash, bytes: Uint8Array): string => {
  hash.of(bytes, 0, bytes.length);
  return `${hash.high >>> 0} ${hash.low >>> 0}`;
};

test('equal bytes have one hash wherever they lie, and others have another one', () => {
  const hash = new KeyedHash(Buffer.from('01234567'));
  const seen = new Set<string>();
  for (let length = 0; length < 40; length++) {
    for (let at = 0; at <= length; at++) {
      const bytes = Buffer.alloc(length, 7);
      if (at < length) bytes[at] = 8;
      seen.add(hashOf(hash, bytes));
    }
  }
  expect(seen.size).toBe((40 * 41) / 2);
  hash.of(Buffer.from('..abcdefg..'), 2, 9);
  expect(`${hash.high >>> 0} ${hash.low >>> 0}`).toBe(hashOf(hash, Buffer.from('abcdefg')));
});

test('names that fall together under one key do not under another', () => {
  const [known, other] = [new KeyedHash(Buffer.from('known...')), new KeyedHash()];
  // What somebody would send who knew the first key: 200 names whose hashes end alike.
  const crafted: Buffer[] = [];
  for (let i = 0; crafted.length < 200; i++) {
    const name = Buffer.from(`user-${i}`);
    known.of(name, 0, name.length);
    if ((known.low & 0xff) === 0x5a) crafted.push(name);
  }
  const ends = new Set(
    crafted.map((name) => {
      other.of(name, 0, name.length);
      return other.low & 0xff;
    }),
  );
  expect(ends.size).toBeGreaterThan(100);
});

test('a place is found under its hash, and under no other', () => {
  const places = new RowPlaces(4);
  for (let i = 0; i < 5000; i++) places.add(i % 3, i >>> 1, i + 1);
  for (let i = 0; i < 5000; i++) expect([...places.find(i % 3, i >>> 1)]).toContain(i + 1);
  places.replace(4 % 3, 2, 5, 7_000_000);
  expect([...places.find(1, 2)]).toEqual([7_000_000]);
  expect(places.has(9, 9)).toBe(false);
});
