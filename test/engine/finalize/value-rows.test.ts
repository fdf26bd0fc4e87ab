import fc from 'fast-check';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeOrderOfText } from '../../../engine/codec/group-order.ts';
import { draftRows, type Row } from '../../../engine/finalize/drafts.ts';
import { ValueRows } from '../../../engine/finalize/value-rows.ts';
import { last, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';

const visits = stream('visits', {
  schema: Type.Object({ page: Type.String(), n: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const pages = view('pages', visits)
  .window(tumbling('1 minute'))
  .groupBy('page', 'n')
  .aggregate((e) => ({ last: last(e.page) }));
const [plan] = compilePipeline(pipelineDefinition(pipeline('p', [pages]), 'the test')).views as [ViewPlan];

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('a', 'a\0', '\ud800', 'ü'));
const row: fc.Arbitrary<Row> = fc
  .record({
    page: fc.oneof(text, fc.constant(null)),
    n: fc.oneof(fc.integer(), fc.constant(null), fc.constant(2n ** 60n)),
    startMs: fc.integer({ min: 0, max: 9 }).map((minute) => minute * 60_000),
    isLong: fc.boolean(),
  })
  .map(({ page, n, startMs, isLong }) => {
    const window = { startMs, endMs: startMs + 60_000 };
    const values = {
      window_start: startMs,
      window_end: window.endMs,
      page,
      n,
      last: isLong ? 'é'.repeat(180_000) : 'é',
    };
    return { group: { values: [page, n] }, window, values };
  });

const isPartial = (startMs: number) => startMs < 180_000;
const MODE = { epoch: 7, fresh: true, unfinishedEpoch: 0, expiresAtSeconds: (endMs: number) => endMs / 1000 + 1 };

function written(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter(1);
  write(out);
  return Buffer.from(out.finish()).toString('latin1');
}

const asBytes = (value: string) => Buffer.from(value).toString('latin1');

test('a new row says what its draft says', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
      const drafts = draftRows(plan, rows, isPartial);
      const found = new ValueRows(plan, rows, MODE, isPartial);
      expect([found.view, found.epoch, found.count]).toEqual([plan.key, 7, drafts.length]);
      for (const [index, draft] of drafts.entries()) {
        expect(found.windowStartMs(index)).toBe(draft.windowStartMs);
        expect(found.windowEndMs(index)).toBe(draft.windowEndMs);
        expect(found.partial(index)).toBe(draft.partial);
        expect(found.expiresAtSeconds(index)).toBe(draft.windowEndMs / 1000 + 1);
        expect(written((out) => found.writeGroup(index, out))).toBe(asBytes(draft.group));
        expect(written((out) => found.writeColumns(index, out))).toBe(asBytes(draft.columns));
        const order = Buffer.alloc(1000);
        const to = writeOrderOfText(draft.group, order, 0);
        expect(written((out) => found.writeGroupOrder(index, out))).toBe(order.toString('latin1', 0, to));
      }
    }),
    { seed: 20260107, numRuns: 200 },
  );
});
