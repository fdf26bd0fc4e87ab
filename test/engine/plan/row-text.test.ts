import fc from 'fast-check';
import { count, max, mean, stream, Timestamp, Type, topK, tumbling, view } from 'streamgauge';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import type { RowValues } from '../../../engine/plan/row.ts';
import { compileRowFormat } from '../../../engine/plan/row-text.ts';
import { definitionOf } from '../dsl/definition-of.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), n: Type.Integer(), x: Type.Number(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});

const odd = view('odd', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page', 'at')
  .aggregate((e) => ({ hits: count(), n: max(e.n), middle: mean(e.x), constructor: count(), top: topK(e.page, 2) }))
  .derive((row) => ({ busy: row.n.gt(3) }));

const time = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
const text = fc.string({ unit: 'binary', maxLength: 12 });
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY),
);
const values: fc.Arbitrary<RowValues> = fc.record({
  window_start: time,
  window_end: time,
  page: fc.oneof(text, fc.constant(null)),
  at: fc.oneof(time, fc.constant(null)),
  hits: number,
  n: fc.oneof(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constant(null)),
  middle: number,
  constructor: number,
  top: fc.array(fc.record({ value: text, count: fc.integer() }), { maxLength: 3 }),
  busy: fc.oneof(fc.boolean(), fc.constant(null)),
});

test('the text of a row, and its bytes, are the JSON of the row as an object', () => {
  const { format, text: textOf, write } = compileRowFormat(definitionOf(odd));
  fc.assert(
    fc.property(values, (row) => {
      const json = JSON.stringify(format(row));
      expect(textOf(row)).toBe(json);
      const out = new ByteWriter(8);
      write(row, out);
      expect(Buffer.from(out.finish()).toString()).toBe(json);
    }),
    { seed: 20260102, numRuns: 500 },
  );
});
