import { mergeRows } from '../../../../adapters/embedded/spool/row-cursor.ts';
import { RowRecord, windowKey, writeRecord } from '../../../../adapters/embedded/spool/row-record.ts';
import { RowRuns } from '../../../../adapters/embedded/spool/row-runs.ts';
import { ByteWriter } from '../../../../engine/bytes/byte-writer.ts';
import { resultRow } from '../../../support/result-row.ts';

/** Rows of some windows, in their order, as bytes. */
function bytesOf(starts: readonly number[], columns: string): Buffer {
  const out = new ByteWriter();
  for (const startMs of starts) writeRecord(resultRow('a@1', startMs, { columns }), 0, out);
  return Buffer.from(out.finish());
}

const FIRST = windowKey(0, Number.NEGATIVE_INFINITY);

test('runs that are behind each other are read as one, others beside it', () => {
  const runs = new RowRuns();
  for (const starts of [[1, 2], [3], [2, 5], [4, 6]]) runs.write(bytesOf(starts, '{}'));
  const read = runs.cursors(FIRST).map((cursor) => {
    const found: (readonly [number, number])[] = [];
    while (cursor.next()) found.push([cursor.row.windowStartMs, cursor.age]);
    return found;
  });
  expect(read).toEqual([
    [
      [1, 0],
      [2, 0],
      [3, 1],
      [4, 3],
      [6, 3],
    ],
    [
      [2, 2],
      [5, 2],
    ],
  ]);
  runs.close();
});

test('of a key in two runs the row of the later one counts, however many blocks a run has', () => {
  const runs = new RowRuns();
  const starts = Array.from({ length: 3000 }, (_, i) => i);
  runs.write(bytesOf(starts, `{"text":"${'x'.repeat(100)}"}`));
  const again = starts.filter((startMs) => startMs % 700 === 0);
  runs.write(bytesOf(again, '{"text":"again"}'));
  const merged = Array.from(mergeRows(runs.cursors(FIRST)), (row) => row.stored('a@1'));
  expect(merged.map(({ windowStartMs }) => windowStartMs)).toEqual(starts);
  expect(merged.filter(({ columns }) => columns.includes('again')).map(({ windowStartMs }) => windowStartMs)).toEqual(
    again,
  );
  expect(runs.find(0, windowKey(0, 1234))?.windowStartMs).toBe(1234);
  expect(runs.find(0, windowKey(0, 5000))).toBeNull();
  runs.close();
});

test('a row that is longer than a block is read whole', () => {
  const runs = new RowRuns();
  const columns = `{"text":"${'x'.repeat(200_000)}"}`;
  runs.write(Buffer.concat([bytesOf([1], '{}'), bytesOf([2], columns), bytesOf([3], '{}')]));
  const rows = Array.from(mergeRows(runs.cursors(FIRST)), ({ windowStartMs, columnsFrom, end }) => [
    windowStartMs,
    end - columnsFrom,
  ]);
  expect(rows).toEqual([
    [1, 2],
    [2, columns.length],
    [3, 2],
  ]);
  expect(new RowRecord(bytesOf([7], '{}'), 0).windowStartMs).toBe(7);
  runs.close();
});
