import fc from 'fast-check';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { casesOf } from '../../support/random-cases.ts';

const SEED = 19690720;

/** One kind of value: how to make, write and read it. */
interface Kind<T> {
  readonly values: fc.Arbitrary<T>;
  write(out: ByteWriter, value: T): void;
  read(input: ByteReader): T;
}

const whole = fc.oneof(
  fc.nat(300),
  fc.nat(53).map((bits) => 2 ** bits - 1),
  fc.nat(52).map((bits) => 2 ** bits),
  fc.maxSafeNat(),
);
const signed = fc.oneof(
  fc.integer({ min: -300, max: 300 }),
  fc.tuple(fc.nat(52), fc.constantFrom(1, -1)).map(([bits, sign]) => sign * (2 ** bits - 1) + 0),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '\0',
    '\ufeff',
    'é'.repeat(63),
    '\u4e00'.repeat(42),
    '\u4e00'.repeat(43),
    '\u4e00'.repeat(85),
    'a'.repeat(41),
    'a'.repeat(42),
    'a'.repeat(43),
    'a'.repeat(64),
    'a'.repeat(65),
    `${'a'.repeat(40)}é`,
    '\u{1f600}'.repeat(200),
  ),
);

function kind<T>(kind: Kind<T>): Kind<unknown> {
  return kind as Kind<unknown>;
}

const KINDS: Record<string, Kind<unknown>> = {
  byte: kind({ values: fc.nat(255), write: (out, x) => out.byte(x), read: (input) => input.byte() }),
  varint: kind({ values: whole, write: (out, x) => out.varint(x), read: (input) => input.varint() }),
  signedVarint: kind({ values: signed, write: (out, x) => out.signedVarint(x), read: (input) => input.signedVarint() }),
  float64: kind({ values: fc.double(), write: (out, x) => out.float64(x), read: (input) => input.float64() }),
  uint32: kind({ values: fc.nat(2 ** 32 - 1), write: (out, x) => out.uint32(x), read: (input) => input.uint32() }),
  text: kind({ values: text, write: (out, x) => out.text(x), read: (input) => input.text() }),
  bytes: kind({
    values: fc.uint8Array({ maxLength: 300 }),
    write: (out, x) => out.bytes(x),
    read: (input) => input.bytes().slice(),
  }),
};

const item = fc
  .constantFrom(...Object.keys(KINDS))
  .chain((name) => (KINDS[name] as Kind<unknown>).values.map((value) => ({ name, value })));

function write(items: readonly { name: string; value: unknown }[], capacity: number): Uint8Array {
  const out = new ByteWriter(capacity);
  for (const { name, value } of items) (KINDS[name] as Kind<unknown>).write(out, value);
  expect(out.length).toBe(out.finish().length);
  return out.finish().slice();
}

describe('bytes', () => {
  test('read back as they were written, whatever the first capacity', () => {
    fc.assert(
      fc.property(fc.array(item), fc.constantFrom(0, 1, 16, 1024), (items, capacity) => {
        const input = new ByteReader(write(items, capacity));
        for (const { name, value } of items) expect((KINDS[name] as Kind<unknown>).read(input)).toEqual(value);
        input.end();
        expect(input.remaining).toBe(0);
      }),
      { seed: SEED, numRuns: casesOf(1000) },
    );
  });

  test('read back from inside a larger buffer', () => {
    const bytes = write([{ name: 'float64', value: 0.1 }], 8);
    const larger = new Uint8Array(20);
    larger.set(bytes, 7);
    expect(new ByteReader(larger.subarray(7, 15)).float64()).toBe(0.1);
  });

  test('that are cut short are refused at the value that is not whole', () => {
    fc.assert(
      fc.property(item, fc.nat(), ({ name, value }, cut) => {
        const bytes = write([{ name, value }], 16);
        const input = new ByteReader(bytes.subarray(0, cut % bytes.length));
        expect(() => (KINDS[name] as Kind<unknown>).read(input)).toThrow(CodecError);
      }),
      { seed: SEED, numRuns: casesOf(1000) },
    );
  });

  test('of any content give a value or a refusal', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(KINDS)), fc.uint8Array({ maxLength: 12 }), (name, bytes) => {
        const input = new ByteReader(bytes);
        try {
          (KINDS[name] as Kind<unknown>).read(input);
          expect(input.remaining).toBeLessThan(bytes.length);
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
        }
      }),
      { seed: SEED, numRuns: casesOf(3000) },
    );
  });
});

describe('the layout', () => {
  const layout = (name: string, value: unknown) => [...write([{ name, value }], 16)];

  test('of a varint is base 128, the lowest first', () => {
    expect(layout('varint', 0)).toEqual([0]);
    expect(layout('varint', 127)).toEqual([0x7f]);
    expect(layout('varint', 128)).toEqual([0x80, 0x01]);
    expect(layout('varint', 300)).toEqual([0xac, 0x02]);
    expect(layout('varint', Number.MAX_SAFE_INTEGER)).toEqual([255, 255, 255, 255, 255, 255, 255, 0x0f]);
  });

  test('of a signed varint has the sign in the lowest bit', () => {
    expect([0, -1, 1, -2].map((x) => layout('signedVarint', x))).toEqual([[0], [1], [2], [3]]);
  });

  test('of fixed numbers is little-endian', () => {
    expect(layout('uint32', 0x01020304)).toEqual([4, 3, 2, 1]);
    expect(layout('float64', 1)).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  });

  test('of text is its length in UTF-8 and the bytes', () => {
    expect(layout('text', 'é')).toEqual([2, 0xc3, 0xa9]);
    expect(layout('text', '\ud800')).toEqual([3, 0xef, 0xbf, 0xbd]);
    expect(layout('text', 'a'.repeat(200)).slice(0, 3)).toEqual([0xc8, 0x01, 97]);
  });
});

describe('a reader refuses', () => {
  const reader = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes));

  test('a varint beyond 2^53, or of more than 8 bytes', () => {
    expect(() => reader(255, 255, 255, 255, 255, 255, 255, 0x10).varint()).toThrow(
      'A whole number in the stored bytes is beyond 2^53.',
    );
    expect(() => reader(...Array<number>(9).fill(0x80)).varint()).toThrow(
      'A whole number in the stored bytes takes more than 8 bytes.',
    );
  });

  test('a length beyond what is there', () => {
    expect(() => reader(5, 97).text()).toThrow('The stored bytes end early: 5 more were expected, 1 are there.');
    expect(() => reader(2, 97).bytes()).toThrow('The stored bytes end early: 2 more were expected, 1 are there.');
    expect(() => reader(1).raw(2)).toThrow('The stored bytes end early: 2 more were expected, 1 are there.');
  });

  test('a count of more entries than bytes', () => {
    expect(reader(2, 1, 1).count()).toBe(2);
    expect(() => reader(3, 1, 1).count()).toThrow('The stored bytes announce 3 entries, and only 2 bytes follow.');
  });

  test('what is left over', () => {
    expect(() => reader(1, 2).end()).toThrow('2 bytes are left over after the stored state.');
  });
});
