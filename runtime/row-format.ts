import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { shownShape } from '../engine/query/shown-row.ts';
import type { Content } from './files/content.ts';
import { csvLine } from './files/csv.ts';
import { parquetChunks } from './files/parquet.ts';

/** How a run writes rows; each is the ending of a file's name. */
export const ROW_FORMATS = ['jsonl', 'csv', 'parquet'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

type JsonRow = Readonly<Record<string, unknown>>;

/** A file of rows. CSV and Parquet have the same columns in every row, also those that JSON leaves out. */
export function rowContent(format: RowFormat, view: ViewDefinition, rows: AsyncIterable<JsonRow>): Content {
  switch (format) {
    case 'jsonl':
      return jsonLines(rows);
    case 'csv':
      return csvLines([...shownShape(view).fields.keys()], whole(view, rows));
    case 'parquet':
      return parquetChunks(shownShape(view), whole(view, rows), `View '${view.name}'`);
  }
}

async function* jsonLines(rows: AsyncIterable<JsonRow>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function* csvLines(names: readonly string[], rows: AsyncIterable<JsonRow>): AsyncGenerator<string> {
  yield csvLine(names);
  for await (const row of rows) yield csvLine(names.map((name) => row[name]));
}

async function* whole({ emit }: ViewDefinition, rows: AsyncIterable<JsonRow>): AsyncGenerator<JsonRow> {
  for await (const row of rows) yield { partial: false, ...(emit === 'complete' && { truncated: false }), ...row };
}
