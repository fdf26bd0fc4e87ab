import { type BatchItem, isLineBlock } from '../engine/decode/line-block.ts';

/** Lines of a shard in one piece of memory, which can go to another thread and come back. All else is small. */
export interface PackedBatch {
  readonly memory: ArrayBuffer;
  readonly items: readonly PackedItem[];
}

export interface PackedItem {
  /** Where it ends in the memory. */
  readonly end: number;
  readonly sequence: number;
  /** Of a block; 0 of a record. */
  readonly lines: number;
  /** Of a line that is cut: why it is no event. */
  readonly cut: string | null;
}

/** Memory of a batch at first. */
const FIRST_BYTES = 64 * 1024;

/**
 * Copies lines into memory of its own: what they were read into can be used again. Without partition keys, which nobody asks
 * once a line is in its shard.
 */
export class BatchPacker {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  readonly #items: PackedItem[] = [];

  /** `memory`: of a batch that is committed. */
  constructor(memory = new ArrayBuffer(FIRST_BYTES)) {
    this.#bytes = new Uint8Array(memory);
  }

  get length(): number {
    return this.#length;
  }

  add(item: BatchItem): void {
    const end = this.#length + item.data.length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes.set(item.data, this.#length);
    this.#length = end;
    const isBlock = isLineBlock(item);
    const sequence = isBlock ? item.firstSequence : Number(item.sequence);
    this.#items.push({ end, sequence, lines: isBlock ? item.lines : 0, cut: isBlock ? null : whyCut(item) });
  }

  /** Good for nothing else afterwards. */
  finish(): PackedBatch {
    return { memory: this.#bytes.buffer, items: this.#items };
  }

  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** The lines as the aggregate stage takes them: views of the batch's memory. */
export function unpackBatch({ memory, items }: PackedBatch): BatchItem[] {
  let from = 0;
  return items.map(({ end, sequence: first, lines, cut }): BatchItem => {
    const data = Buffer.from(memory, from, end - from);
    from = end;
    if (lines > 0) return { firstSequence: first, lines, data };
    const record = { sequence: String(first), arrivalMs: null, partitionKey: null, data };
    if (cut === null) return record;
    return { ...record, parts: [{ kind: 'unreadable', reason: 'oversized', message: cut, data }] };
  });
}

function whyCut({ parts = [] }: Exclude<BatchItem, { readonly lines: number }>): string | null {
  const [part] = parts;
  return part?.kind === 'unreadable' ? part.message : null;
}
