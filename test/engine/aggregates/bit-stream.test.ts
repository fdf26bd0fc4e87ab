import fc from 'fast-check';
import { BitReader, BitWriter } from '../../../engine/aggregates/bit-stream.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { casesOf } from '../../support/random-cases.ts';

const SEED = 19660701;

type Item = { readonly unary: number } | { readonly value: number; readonly bits: number };

const item: fc.Arbitrary<Item> = fc.oneof(
  fc.nat(200).map((unary) => ({ unary })),
  fc.nat(24).chain((bits) => fc.nat(2 ** bits - 1).map((value) => ({ value, bits }))),
);

function write(items: readonly Item[]): ByteWriter {
  const out = new ByteWriter(1);
  const bits = new BitWriter(out);
  for (const each of items) {
    if ('unary' in each) bits.unary(each.unary);
    else bits.write(each.value, each.bits);
  }
  bits.end();
  return out;
}

describe('bits', () => {
  test('read back as they were written, and leave the bytes behind them alone', () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const out = write(items);
        out.byte(0xff);
        const input = new ByteReader(out.finish());
        const bits = new BitReader(input);
        const back = items.map(
          (each): Item =>
            'unary' in each ? { unary: bits.unary(200) } : { value: bits.read(each.bits), bits: each.bits },
        );
        bits.end();
        expect(back).toEqual(items);
        expect(input.byte()).toBe(0xff);
        input.end();
      }),
      { seed: SEED, numRuns: casesOf(1000) },
    );
  });

  test('fill the last byte only', () => {
    expect(write([{ unary: 7 }]).finish()).toEqual(Uint8Array.of(0x80));
    expect(write([{ value: 0b101, bits: 3 }, { unary: 0 }]).finish()).toEqual(Uint8Array.of(0b1101));
    expect(write([]).length).toBe(0);
  });

  test('that end early, run on, or are not filled with zeros are refused', () => {
    const reader = (...bytes: number[]) => new BitReader(new ByteReader(Uint8Array.from(bytes)));
    expect(() => reader().read(1)).toThrow(CodecError);
    expect(() => reader(0, 0).unary(100)).toThrow('The stored bytes end early');
    expect(() => reader(0, 0, 1).unary(15)).toThrow('A stored number in unary is above 15, the most it can be.');
    expect(() => reader(0x80).unary(6)).toThrow('A stored number in unary is above 6, the most it can be.');
    expect(() => reader(0, 1).unary(7)).toThrow('A stored number in unary is above 7, the most it can be.');
    const bits = reader(0b101);
    bits.read(1);
    expect(() => bits.end()).toThrow('Stored bits end with ones where only filling is expected.');
  });
});
