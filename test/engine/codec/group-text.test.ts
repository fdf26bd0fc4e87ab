import fc from 'fast-check';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import { groupText } from '../../../engine/codec/group.ts';
import { writeGroupText, writeGroupTextOf } from '../../../engine/codec/group-text.ts';

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => text.isWellFormed()),
  fc.constantFrom('', 'a', '"', '\\', 'ü', '\x7f', null, true, false, 0.5, 2n ** 60n),
  fc.integer(),
);

test('the bytes of a group are its canonical text, of values and of what is stored of them', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), (values) => {
      const [out, stored] = [new ByteWriter(1), new ByteWriter(1)];
      writeGroupText(values, out);
      const { length } = out;
      for (const each of values) writeValue(stored, each);
      writeGroupTextOf(new ByteReader(stored.finish()), values.length, out);
      const bytes = Buffer.from(out.finish());
      expect(bytes.toString('utf8', 0, length)).toBe(groupText(values));
      expect(bytes.toString('utf8', length)).toBe(groupText(values));
    }),
    { seed: 20260110, numRuns: 300 },
  );
});
