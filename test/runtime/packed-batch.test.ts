import type { BatchItem } from '../../engine/decode/line-block.ts';
import { BatchPacker, unpackBatch } from '../../runtime/packed-batch.ts';

const BLOCK: BatchItem = { firstSequence: 7, lines: 2, data: Buffer.from('{}\n\n[]\n') };
const RECORD: BatchItem = { sequence: '9', arrivalMs: null, partitionKey: 'k', data: Buffer.from('é') };
const EMPTY: BatchItem = { sequence: '9007199254740991', arrivalMs: null, partitionKey: null, data: Buffer.alloc(0) };
const CUT_PART = { kind: 'unreadable' as const, reason: 'oversized' as const, message: 'Too long.', data: RECORD.data };
const CUT: BatchItem = { ...RECORD, partitionKey: null, parts: [CUT_PART] };

function packed(items: readonly BatchItem[], memory?: ArrayBuffer) {
  const packer = new BatchPacker(memory);
  for (const item of items) packer.add(item);
  return packer.finish();
}

test('lines come out as they went in, but for their keys, also in another thread', () => {
  const batch = packed([BLOCK, RECORD, EMPTY, CUT]);
  const sent = structuredClone(batch, { transfer: [batch.memory] });
  expect(unpackBatch(sent)).toEqual([BLOCK, { ...RECORD, partitionKey: null }, EMPTY, CUT]);
  expect(batch.memory.byteLength).toBe(0);
  expect(unpackBatch(packed([]))).toEqual([]);
});

test('lines are copied, whatever memory they go to', () => {
  const data = Buffer.alloc(100_000, 'a');
  const batches = [packed([{ ...RECORD, data }]), packed([RECORD, { ...RECORD, data }], new ArrayBuffer(1))];
  data.fill('b');
  for (const batch of batches) expect(unpackBatch(batch).at(-1)?.data).toEqual(Buffer.alloc(100_000, 'a'));
  const { memory } = batches[0] as (typeof batches)[0];
  expect(packed([RECORD], memory).memory).toBe(memory);
});
