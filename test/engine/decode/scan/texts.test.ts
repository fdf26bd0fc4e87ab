import { Block } from '../../../../engine/decode/scan/block.ts';
import { quickHash, TextReader, UrlReader } from '../../../../engine/decode/scan/text-reader.ts';
import { Texts } from '../../../../engine/decode/scan/texts.ts';
import type { HashKey } from '../../../../engine/hash/hash-key.ts';
import { keyedHash } from '../../../../engine/hash/keyed-hash.ts';

/** A text's bytes, with zeros behind: words are read past its end. */
function viewOf(text: string): { readonly view: DataView; readonly length: number } {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(8)]);
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), length: bytes.length - 8 };
}

/** A reader of texts, and of one after the other the code and the text that it makes of it. */
function readerOf(Reader = TextReader) {
  const block = new Block();
  const reader = new Reader(block, { key: [7, 11], rows: 1, nullable: false, check: null });
  const read = (text: string) => {
    const line = Buffer.from(`"${text}"`);
    expect(reader.read(block.place(line, line, 0), 0)).toBe(line.length);
    const code = reader.codes[0] as number;
    return [code, reader.dictionary.text(code)];
  };
  return { reader, read };
}

/** HalfSipHash-1-3, as its authors write it: a round for each word, three at the end. */
function referenceHash(text: Buffer | string, [k0, k1]: HashKey): number {
  const bytes = Buffer.from(text);
  const state = [k0, k1, k0 ^ 0x6c796765, k1 ^ 0x74656462] as [number, number, number, number];
  const rotate = (word: number, by: number) => (word << by) | (word >>> (32 - by));
  const round = () => {
    let [a, b, c, d] = state;
    a = (a + b) | 0;
    b = rotate(b, 5) ^ a;
    a = rotate(a, 16);
    c = (c + d) | 0;
    d = rotate(d, 8) ^ c;
    a = (a + d) | 0;
    d = rotate(d, 7) ^ a;
    c = (c + b) | 0;
    b = rotate(b, 13) ^ c;
    c = rotate(c, 16);
    state.splice(0, 4, a, b, c, d);
  };
  const padded = Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
  padded[padded.length - 1] = bytes.length & 0xff;
  for (let at = 0; at < padded.length; at += 4) {
    const word = padded.readInt32LE(at);
    state[3] ^= word;
    round();
    state[0] ^= word;
  }
  state[2] ^= 0xff;
  for (let n = 0; n < 3; n++) round();
  return state[1] ^ state[3];
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
  const hash = (i: number) => Math.imul(i, 0x9e3779b1);
  for (let i = 0; i < 20_000; i++) {
    const { view, length } = viewOf(`text ${i}`);
    texts.add(hash(i), view, 0, length);
  }
  for (let i = 0; i < 20_000; i += 17) {
    const { view, length } = viewOf(`text ${i}`);
    expect(texts.find(hash(i), view, 0, length)).toBe(i);
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
    const place = referenceHash(text, a) & 1023;
    buckets.set(place, [...(buckets.get(place) ?? []), text]);
  }
  // Chosen to be in one place of a table of 1024: as an attacker would who knows the key.
  const crafted = buckets.get(0) as string[];
  expect(crafted.length).toBeGreaterThan(30);
  const places = new Set(crafted.map((text) => referenceHash(text, b) & 1023));
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
  const pair = (first: number, second: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32LE(first);
    bytes.writeInt32LE(second | 0, 4);
    return referenceHash(bytes, [1, 2]);
  };
  expect(pair(1, 2)).not.toBe(pair(1 ^ 0x80000000, 2 ^ undone));
});

test('the keyed hash is HalfSipHash-1-3 of the bytes', () => {
  for (const text of TEXTS) {
    const { view, length } = viewOf(text);
    for (const key of [
      [0, 0],
      [1, -2],
      [0x12345678, -0x12345678],
    ] as const) {
      expect([text, keyedHash(view, 0, length, key)]).toEqual([text, referenceHash(text, key)]);
    }
  }
});

test('a reader finds on its way the quick hash of the bytes', () => {
  for (const text of TEXTS) {
    const { reader, read } = readerOf();
    const find = jest.spyOn(reader.dictionary, 'find');
    read(text);
    const { view, length } = viewOf(text);
    expect([text, find.mock.calls[0]?.[0]]).toEqual([text, quickHash(view, 0, length)]);
  }
});

/** Texts of one quick hash: whatever the first word makes of it, the second one undoes. */
function colliding(count: number): string[] {
  const texts: string[] = [];
  for (let i = 0; texts.length < count; i++) {
    const bytes = Buffer.alloc(8);
    for (let at = 0, rest = i; at < 4; at++, rest = Math.floor(rest / 64)) bytes[at] = 0x30 + (rest % 64);
    const hash = Math.imul(bytes.readInt32LE(0), 0x9e3779b1);
    bytes.writeInt32LE((hash << 5) | (hash >>> 27), 4);
    for (let at = 4; at < 8; at++) bytes[at] = (bytes[at] as number) ^ 0x61;
    if (bytes.every((byte) => byte > 0x22 && byte < 0x7f && byte !== 0x5c)) texts.push(bytes.toString('latin1'));
  }
  return texts;
}

test('where texts are chosen to be of one quick hash, they are looked up by the keyed one', () => {
  const { reader, read } = readerOf();
  const others = Array.from({ length: 600 }, (_, i) => `other ${i}`);
  for (const text of others) read(text);
  const chosen = colliding(200);
  expect(new Set(chosen).size).toBe(200);
  const before = reader.dictionary;
  for (const text of chosen) expect(read(text)[1]).toBe(text);
  expect(before.isCrowded).toBe(true);
  expect(reader.dictionary).toBe(before);

  reader.renew();
  expect(reader.dictionary).not.toBe(before);
  const all = [...chosen, ...others];
  const codes = all.map((text) => read(text)[0]);
  expect(codes).toEqual(all.map((_, i) => i));
  expect(all.map((text) => read(text))).toEqual(all.map((text, i) => [i, text]));
  expect(reader.dictionary.isCrowded).toBe(false);
  const kept = reader.dictionary;
  reader.renew();
  expect(reader.dictionary).toBe(kept);
});

test('a dictionary begins anew with a commit where it would be full in the middle of it', () => {
  const { reader, read } = readerOf();
  // Two thousand of them fill a dictionary.
  const textOf = (i: number) => `${i}`.padEnd(2000, '.');
  const commit = (from: number, texts: number) => {
    reader.beginCommit();
    reader.renew();
    for (let i = 0; i < texts; i++) read(textOf(from + i));
    return reader.dictionary;
  };
  const first = commit(0, 900);
  expect(commit(900, 900)).toBe(first);
  const second = commit(1800, 900);
  expect(second).not.toBe(first);
  // Texts that are here already take no room.
  expect(commit(1800, 900)).toBe(second);
  expect(commit(1800, 100)).toBe(second);
  expect(second.size).toBe(900);
});

test('a dictionary that is as full as it can be is not crowded by chance', () => {
  const texts = new Texts();
  for (let i = 0; i < 65_536; i++) {
    const { view, length } = viewOf(`/products/${String(i).padStart(7, '0')}`);
    texts.add(quickHash(view, 0, length), view, 0, length);
  }
  expect(texts.isCrowded).toBe(false);
});

test.each([
  ['https://shop.example/a?b=c', 'https://shop.example/a'],
  ['https://shop.example/a#b?c', 'https://shop.example/a'],
  ['https://shop.example/a b!c?d', 'https://shop.example/a b!c'],
  ['!?', '!'],
  [' ', ' '],
  ['?', ''],
  ['', ''],
  ['//größe?ä', '//größe'],
  ['/12345?', '/12345'],
])('a reader of URLs takes of %s what is before the query', (url, expected) => {
  const { read } = readerOf(UrlReader);
  expect(read(url)).toEqual([0, expected]);
  expect(read(expected)).toEqual([0, expected]);
});

const TEXTS = [
  '',
  'a',
  'ab',
  'abc',
  'abcd',
  'abcde',
  'größe',
  '😀',
  'x'.repeat(255),
  'y'.repeat(256),
  'z'.repeat(1000),
];

test('each bit of the key counts', () => {
  const seen = new Set<number>();
  for (let bit = 0; bit < 64; bit++) {
    seen.add(referenceHash('text', bit < 32 ? [1 << bit, 0] : [0, 1 << (bit - 32)]));
  }
  expect(seen.size).toBe(64);
});

test('a dictionary with the room of another one takes as much without growing', () => {
  const fill = (texts: Texts) => {
    for (let i = 0; i < 3000; i++) {
      const { view, length } = viewOf(`text ${i}`);
      expect(texts.find(quickHash(view, 0, length), view, 0, length)).toBe(-1);
      expect(texts.add(quickHash(view, 0, length), view, 0, length)).toBe(i);
    }
    return texts.room;
  };
  const room = fill(new Texts());
  const texts = new Texts(room);
  expect(texts.room).toEqual(room);
  expect(fill(texts)).toEqual(room);
  expect(texts.text(2999)).toBe('text 2999');
});
