import type { BatchItem } from '../../engine/decode/line-block.ts';
import { packBatch, unpackBatch } from '../../runtime/packed-batch.ts';

const BLOCK: BatchItem = { firstSequence: 7, lines: 2, data: Buffer.from('{}\n\n[]\n') };
const RECORD: BatchItem = { sequence: '9', arrivalMs: null, partitionKey: 'k', data: Buffer.from('é') };
const EMPTY: BatchItem = { sequence: '9007199254740991', arrivalMs: null, partitionKey: null, data: Buffer.alloc(0) };

test('lines come out as they went in, but for their keys', () => {
  const packed = packBatch([BLOCK, RECORD, EMPTY]);
  const sent = packed && structuredClone(packed, { transfer: [packed.data] });
  expect(sent && unpackBatch(sent)).toEqual([BLOCK, { ...RECORD, partitionKey: null }, EMPTY]);
  expect(packed?.data.byteLength).toBe(0);
});

test('nothing comes out as nothing', () => {
  const packed = packBatch([]);
  expect(packed && unpackBatch(packed)).toEqual([]);
});

test('a line that is cut is more than its bytes, and is not packed', () => {
  const parts = [{ kind: 'payload' as const, data: RECORD.data }];
  expect(packBatch([BLOCK, { ...RECORD, parts } as BatchItem])).toBeNull();
});
