import { compareKeys, RowRecord } from './row-record.ts';

/** Goes through rows in the order of their keys. */
export interface RowCursor {
  /** The row that it stands at, once `next` has said that there is one. It is another one after the next call. */
  readonly row: RowRecord;
  /** Goes on to the next row, or at first to the first; false where there is none. */
  next(): boolean;
}

/** Rows of a buffer, which begin at `offsets`. */
export function bufferCursor(bytes: Buffer, offsets: readonly number[]): RowCursor {
  const [first] = offsets;
  if (first === undefined) return { row: NO_ROW, next: () => false };
  const row = new RowRecord(bytes, first);
  let index = 0;
  return {
    row,
    next() {
      const at = offsets[index++];
      if (at !== undefined) row.moveTo(bytes, at);
      return at !== undefined;
    },
  };
}

const NO_ROW = new RowRecord(Buffer.alloc(12), 0);

interface Source {
  readonly cursor: RowCursor;
  /** Of two rows of one key, the one of the later source counts. */
  readonly age: number;
}

/** Rows of several sources in the order of their keys, of each key the row of the last source that has one. A row is good until the next. */
export function* mergeRows(cursors: readonly RowCursor[]): Generator<RowRecord> {
  const heap: Source[] = [];
  cursors.forEach((cursor, age) => {
    if (cursor.next()) siftUp(heap, { cursor, age });
  });
  const last = new RowRecord(NO_ROW.bytes, NO_ROW.at);
  let lastSource: Source | null = null;
  while (heap.length > 0) {
    const least = heap[0] as Source;
    const { row } = least.cursor;
    // A source has a key once.
    const isNew = lastSource === null || lastSource === least || compareKeys(row, last) !== 0;
    last.moveTo(row.bytes, row.at);
    lastSource = least;
    if (isNew) yield row;
    if (least.cursor.next()) {
      siftDown(heap);
      continue;
    }
    const end = heap.pop() as Source;
    if (heap.length > 0) {
      heap[0] = end;
      siftDown(heap);
    }
  }
}

function isBefore(a: Source, b: Source): boolean {
  const order = compareKeys(a.cursor.row, b.cursor.row);
  return order < 0 || (order === 0 && a.age > b.age);
}

function siftUp(heap: Source[], added: Source): void {
  let at = heap.length;
  heap.push(added);
  while (at > 0) {
    const above = (at - 1) >>> 1;
    if (!isBefore(added, heap[above] as Source)) break;
    heap[at] = heap[above] as Source;
    at = above;
  }
  heap[at] = added;
}

function siftDown(heap: Source[]): void {
  const moved = heap[0] as Source;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(heap[below + 1] as Source, heap[below] as Source)) below++;
    if (!isBefore(heap[below] as Source, moved)) break;
    heap[at] = heap[below] as Source;
    at = below;
  }
  heap[at] = moved;
}
