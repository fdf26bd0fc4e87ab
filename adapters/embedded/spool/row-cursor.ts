import { compareKeys, RowRecord } from './row-record.ts';

/** Goes through rows in the order of their keys. */
export interface RowCursor {
  /** The row that it stands at, once `next` has said that there is one. It is another one after the next call. */
  readonly row: RowRecord;
  /** Of the row: of two rows of one key, the one with the higher number counts. */
  readonly age: number;
  /** Goes on to the next row, or at first to the first; false where there is none. */
  next(): boolean;
}

/** Rows of a buffer, which begin at `offsets` and are newer than all others. */
export function bufferCursor(bytes: Buffer, offsets: readonly number[]): RowCursor {
  const age = Number.POSITIVE_INFINITY;
  const [first] = offsets;
  if (first === undefined) return { row: NO_ROW, age, next: () => false };
  const row = new RowRecord(bytes, first);
  let index = 0;
  return {
    row,
    age,
    next() {
      const at = offsets[index++];
      if (at !== undefined) row.moveTo(bytes, at);
      return at !== undefined;
    },
  };
}

const NO_ROW = new RowRecord(Buffer.alloc(12), 0);

/** Rows of several cursors in the order of their keys, of each key the newest one. A row is good until the next. */
export function* mergeRows(cursors: readonly RowCursor[]): Generator<RowRecord> {
  const heap: RowCursor[] = [];
  for (const cursor of cursors) if (cursor.next()) siftUp(heap, cursor);
  const last = new RowRecord(NO_ROW.bytes, NO_ROW.at);
  let lastCursor: RowCursor | null = null;
  while (heap.length > 0) {
    const least = heap[0] as RowCursor;
    const { row } = least;
    // A cursor has a key once.
    const isNew = lastCursor === null || lastCursor === least || compareKeys(row, last) !== 0;
    last.moveTo(row.bytes, row.at);
    lastCursor = least;
    if (isNew) yield row;
    if (least.next()) {
      siftDown(heap);
      continue;
    }
    const end = heap.pop() as RowCursor;
    if (heap.length > 0) {
      heap[0] = end;
      siftDown(heap);
    }
  }
}

function isBefore(a: RowCursor, b: RowCursor): boolean {
  const order = compareKeys(a.row, b.row);
  return order < 0 || (order === 0 && a.age > b.age);
}

function siftUp(heap: RowCursor[], added: RowCursor): void {
  let at = heap.length;
  heap.push(added);
  while (at > 0) {
    const above = (at - 1) >>> 1;
    if (!isBefore(added, heap[above] as RowCursor)) break;
    heap[at] = heap[above] as RowCursor;
    at = above;
  }
  heap[at] = added;
}

function siftDown(heap: RowCursor[]): void {
  const moved = heap[0] as RowCursor;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(heap[below + 1] as RowCursor, heap[below] as RowCursor)) below++;
    if (!isBefore(heap[below] as RowCursor, moved)) break;
    heap[at] = heap[below] as RowCursor;
    at = below;
  }
  heap[at] = moved;
}
