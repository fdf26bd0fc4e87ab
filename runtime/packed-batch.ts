import { type BatchItem, isLineBlock } from '../engine/decode/line-block.ts';

/** Lines as another thread takes them: their bytes in one piece, which goes there and is not copied once more. */
export interface PackedBatch {
  readonly data: ArrayBuffer;
  /** Where each item ends in `data`. */
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly sequences: Float64Array<ArrayBuffer>;
  /** Of a block; 0 of a record. */
  readonly lines: Uint32Array<ArrayBuffer>;
}

/** Null where a record is more than a line: one that is cut says so beside its bytes. `reserve` gives memory of at least so many bytes. */
export function packBatch(
  items: readonly BatchItem[],
  reserve = (bytes: number) => new ArrayBuffer(bytes),
): PackedBatch | null {
  let length = 0;
  for (const item of items) {
    if (!isLineBlock(item) && item.parts !== undefined) return null;
    length += item.data.length;
  }
  const data = new Uint8Array(reserve(length));
  const ends = new Uint32Array(items.length);
  const sequences = new Float64Array(items.length);
  const lines = new Uint32Array(items.length);
  let at = 0;
  for (const [index, item] of items.entries()) {
    data.set(item.data, at);
    at += item.data.length;
    ends[index] = at;
    sequences[index] = isLineBlock(item) ? item.firstSequence : Number(item.sequence);
    lines[index] = isLineBlock(item) ? item.lines : 0;
  }
  return { data: data.buffer, ends, sequences, lines };
}

/** Without partition keys, which nobody asks once a line is in its shard. */
export function unpackBatch({ data: buffer, ends, sequences, lines }: PackedBatch): BatchItem[] {
  let from = 0;
  return Array.from(ends, (end, index): BatchItem => {
    const data = Buffer.from(buffer, from, end - from);
    from = end;
    const [sequence, count] = [sequences[index] as number, lines[index] as number];
    if (count > 0) return { firstSequence: sequence, lines: count, data };
    return { sequence: String(sequence), arrivalMs: null, partitionKey: null, data };
  });
}
