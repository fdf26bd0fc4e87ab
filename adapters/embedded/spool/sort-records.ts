import { compareKeys, GROUP_AT, type RowRecord } from './row-record.ts';

/** A row with numbers that tell most of its place in the order, for numbers compare faster than bytes. */
interface Keyed {
  readonly row: RowRecord;
  readonly view: number;
  readonly windowStartMs: number;
  /** Where the bytes of the group begin and end. */
  readonly from: number;
  readonly to: number;
  /** Of the group, the bytes behind what all groups have in common. */
  prefix: number;
}

const PREFIX_BYTES = 6;

/** Rows of one buffer in the order of their keys. */
export function sortRecords(rows: readonly RowRecord[]): readonly RowRecord[] {
  const keyed = rows.map(
    (row): Keyed => ({
      row,
      view: row.view,
      windowStartMs: row.windowStartMs,
      from: row.keyFrom + GROUP_AT,
      to: row.keyTo,
      prefix: 0,
    }),
  );
  const [first] = keyed;
  if (first === undefined) return [];
  const { bytes } = first.row;
  let shared = first.to - first.from;
  for (const other of keyed) shared = sharedBytes(bytes, first, other, shared);
  for (const each of keyed) each.prefix = prefixOf(bytes, each, shared);
  keyed.sort(
    (a, b) => a.view - b.view || a.windowStartMs - b.windowStartMs || a.prefix - b.prefix || compareKeys(a.row, b.row),
  );
  return keyed.map(({ row }) => row);
}

/** A group that ends goes on with zeros here, so it is not behind one that goes on. */
function prefixOf(bytes: Buffer, { from, to }: Keyed, shared: number): number {
  let prefix = 0;
  for (let i = from + shared; i < from + shared + PREFIX_BYTES; i++) {
    prefix = prefix * 256 + (i < to ? (bytes[i] as number) : 0);
  }
  return prefix;
}

/** How many bytes two groups have in common at their beginning, `limit` at most. */
function sharedBytes(bytes: Buffer, a: Keyed, b: Keyed, limit: number): number {
  const length = Math.min(limit, b.to - b.from);
  let i = 0;
  while (i < length && bytes[a.from + i] === bytes[b.from + i]) i++;
  return i;
}
