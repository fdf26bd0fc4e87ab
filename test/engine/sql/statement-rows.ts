import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duckdb } from '../../../engine/sql/duckdb.ts';
import { eventSource, type StatementOptions, viewStatement } from '../../../engine/sql/view-statement.ts';
import { type Duckdb, type OracleRow, openDuckdb } from '../../oracle/duckdb.ts';
import { definitionOf } from '../dsl/definition-of.ts';

/** Runs the statements of views over events. */
export interface Statements {
  readonly database: Duckdb;
  rows(view: unknown, events: readonly object[]): Promise<OracleRow[]>;
  close(): Promise<void>;
}

export async function openStatements(): Promise<Statements> {
  const dir = mkdtempSync(join(tmpdir(), 'statements-'));
  const database = await openDuckdb();
  return {
    database,
    rows(view, events) {
      const file = join(dir, 'events.jsonl');
      writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'));
      return database.rows(statementOf(view, (stream) => eventSource(stream, [file])));
    },
    async close() {
      await database.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** The statement of a view over a source: a table's name unless it is made from the stream. */
export function statementOf(
  view: unknown,
  source: string | StatementOptions['source'] = 'lake',
  options: Pick<StatementOptions, 'exactDistinct'> = {},
): string {
  const from = typeof source === 'string' ? () => source : source;
  return viewStatement(definitionOf(view), { dialect: duckdb, source: from, ...options });
}

/** Milliseconds of a row's instant. */
export function msOf(value: OracleRow[string] | undefined): number {
  return Date.parse(String(value));
}
