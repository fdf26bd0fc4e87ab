import fc from 'fast-check';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import { compareGroups, groupText } from '../../../engine/codec/group.ts';
import {
  groupOrderBytes,
  orderBytesOfStored,
  readOrdered,
  writeGroupOrder,
  writeOrdered,
  writeOrderOfText,
  writeOrderOfValue,
} from '../../../engine/codec/group-order.ts';
import type { Value } from '../../../engine/ir/node.ts';
import { wholeOf } from '../../../engine/ir/whole-number.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc
    .array(fc.constantFrom('\0', '\u0001', 'a', '\ud800', '\udc00', '\ud83d\ude00', '\uffff', 'é'), { maxLength: 4 })
    .map((parts) => parts.join('')),
);
const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => wholeOf(value) as Value);
const near = fc.integer({ min: -3, max: 3 }).map((n) => wholeOf(2n ** 53n + BigInt(n)) as Value);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  fc.integer(),
  whole,
  near,
);
/** Of one kind, as a column of groups is. */
const pair = fc.oneof(
  fc.tuple(text, text),
  fc.tuple(number, number),
  fc.tuple(fc.boolean(), fc.boolean()),
) as fc.Arbitrary<[Value, Value]>;
const nullable = fc
  .tuple(pair, fc.boolean(), fc.boolean())
  .map(([[a, b], isNullA, isNullB]): [Value, Value] => [isNullA ? null : a, isNullB ? null : b]);

function bytesOf(values: readonly Value[]): Buffer {
  const out = Buffer.alloc(groupOrderBytes(groupText(values)));
  return out.subarray(0, writeGroupOrder(values, out, 0));
}

test('the bytes of groups compare as the groups do', () => {
  fc.assert(
    fc.property(fc.array(nullable, { maxLength: 3 }), (fields) => {
      const a = fields.map(([value]) => value);
      const b = fields.map(([, value]) => value);
      expect(Math.sign(Buffer.compare(bytesOf(a), bytesOf(b)))).toBe(Math.sign(compareGroups(a, b)) + 0);
    }),
    { seed: 20260104, numRuns: 3000 },
  );
});

test('a number is read back from its ordered bytes', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      const out = Buffer.alloc(8);
      writeOrdered(value, out, 0);
      expect(readOrdered(out, 0)).toBe(value + 0);
    }),
    { seed: 20260105 },
  );
});

test('a text and a segment give the bytes that the values give', () => {
  fc.assert(
    fc.property(fc.array(nullable, { maxLength: 3 }), (fields) => {
      const values = fields.map(([value]) => (typeof value === 'string' ? value.toWellFormed() : value));
      const expected = bytesOf(values);
      const out = Buffer.alloc(expected.length + 100);
      expect(out.subarray(0, writeOrderOfText(groupText(values), out, 0))).toEqual(expected);
      const stored = new ByteWriter();
      for (const value of values) writeValue(stored, value);
      const input = new ByteReader(stored.finish());
      let to = 0;
      while (input.remaining > 0) to = writeOrderOfValue(input, out, to);
      expect(out.subarray(0, to)).toEqual(expected);
      expect(to).toBeLessThanOrEqual(orderBytesOfStored(stored.length));
    }),
    { seed: 20260106, numRuns: 1000 },
  );
});
