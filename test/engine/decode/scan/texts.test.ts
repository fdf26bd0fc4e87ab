import type { HashKey } from '../../../../engine/decode/scan/hash-key.ts';
import { keyedHash, Texts } from '../../../../engine/decode/scan/texts.ts';

/** A text's bytes, with zeros behind: words are read past its end. */
function viewOf(text: string): { readonly view: DataView; readonly length: number } {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(8)]);
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), length: bytes.length - 8 };
}

function hashOf(text: string, key: HashKey): number {
  const { view, length } = viewOf(text);
  return keyedHash(key, view, 0, length);
}

test('texts are told apart, by content and length', () => {
  const texts = new Texts();
  const all = ['', '\0', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcd\0', 'ä', '😀', 'x'.repeat(1000)];
  // One hash for all: content alone tells them apart.
  for (const [code, text] of all.entries()) {
    const { view, length } = viewOf(text);
    expect(texts.find(5, view, 0, length)).toBe(-1);
    expect(texts.add(5, view, 0, length)).toBe(code);
  }
  for (const [code, text] of all.entries()) {
    const { view, length } = viewOf(text);
    expect([texts.find(5, view, 0, length), texts.text(code)]).toEqual([code, text]);
  }
});

test('texts stay where they were when there are many', () => {
  const texts = new Texts();
  const key = [3, 4] as const;
  for (let i = 0; i < 20_000; i++) {
    const { view, length } = viewOf(`text ${i}`);
    texts.add(keyedHash(key, view, 0, length), view, 0, length);
  }
  for (let i = 0; i < 20_000; i += 17) {
    const { view, length } = viewOf(`text ${i}`);
    expect(texts.find(keyedHash(key, view, 0, length), view, 0, length)).toBe(i);
    expect(texts.text(i)).toBe(`text ${i}`);
  }
});

test('texts that collide under one key do not under another', () => {
  const [a, b] = [
    [1, 2],
    [3, 4],
  ] as const;
  const buckets = new Map<number, string[]>();
  for (let i = 0; i < 60_000; i++) {
    const text = `user-${i}`;
    const place = hashOf(text, a) & 1023;
    buckets.set(place, [...(buckets.get(place) ?? []), text]);
  }
  // Chosen to be in one place of a table of 1024: as an attacker would who knows the key.
  const crafted = buckets.get(0) as string[];
  expect(crafted.length).toBeGreaterThan(30);
  const places = new Set(crafted.map((text) => hashOf(text, b) & 1023));
  expect(places.size).toBeGreaterThan(crafted.length * 0.9);
});

test('words whose differences cancel out in a plain multiplication are told apart', () => {
  // The top bit of a word goes through an odd factor unchanged, and a shift by 15 copies it to bit 16: the next word undoes both.
  const plain = (first: number, second: number) => {
    let hash = Math.imul(12345 ^ first, 0x9e3779b1);
    hash ^= hash >>> 15;
    return Math.imul(hash ^ second, 0x9e3779b1);
  };
  const undone = 0x80000000 | 0x10000;
  expect(plain(1, 2)).toBe(plain(1 ^ 0x80000000, 2 ^ undone));
  const bytes = (first: number, second: number) => {
    const view = new DataView(new ArrayBuffer(16));
    view.setInt32(0, first, true);
    view.setInt32(4, second, true);
    return keyedHash([1, 2], view, 0, 8);
  };
  expect(bytes(1, 2)).not.toBe(bytes(1 ^ 0x80000000, 2 ^ undone));
});

test('each bit of the key counts', () => {
  const seen = new Set<number>();
  for (let bit = 0; bit < 64; bit++) {
    seen.add(hashOf('text', bit < 32 ? [1 << bit, 0] : [0, 1 << (bit - 32)]));
  }
  expect(seen.size).toBe(64);
});
