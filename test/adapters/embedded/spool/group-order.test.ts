import fc from 'fast-check';
import {
  groupOrderBytes,
  readOrdered,
  writeGroupOrder,
  writeOrdered,
} from '../../../../adapters/embedded/spool/group-order.ts';
import { compareGroups, groupText } from '../../../../engine/codec/group.ts';
import type { Value } from '../../../../engine/ir/node.ts';
import { wholeOf } from '../../../../engine/ir/whole-number.ts';

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
