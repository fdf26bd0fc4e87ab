import { DuckDBInstance, DuckDBTypeId } from '@duckdb/node-api';
import { toJson } from '../../engine/ir/node.ts';
import { wholeOf } from '../../engine/ir/whole-number.ts';

export type OracleValue = string | number | boolean | null;
export type OracleRow = Readonly<Record<string, OracleValue>>;

/** A DuckDB in this process's memory, for what a statement says beside what the engine does. */
export interface Duckdb {
  /**
   * The rows of a statement as a view's rows are in JSON: a BIGINT is a number, or the text of its digits beyond 2^53; a sum of
   * them, which has 128 bits, is a double.
   */
  rows(sql: string): Promise<OracleRow[]>;
  close(): Promise<void>;
}

export async function openDuckdb(): Promise<Duckdb> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  // One thread: the tables are small, and handing them to others costs more than it saves.
  await connection.run('SET threads = 1');
  // A zone that no test wants, so that a statement that depends on the session's zone is found out.
  await connection.run("SET TimeZone = 'Pacific/Chatham'");
  let running: Promise<unknown> = Promise.resolve();
  let closed = false;
  return {
    async rows(sql) {
      if (closed) throw new Error('The oracle is closed.');
      const query = connection.runAndReadAll(sql);
      running = Promise.allSettled([running, query]);
      const reader = await query;
      const names = reader.columnNames();
      const types = reader.columnTypes().map(({ typeId }) => typeId);
      return reader
        .getRows()
        .map((values) =>
          Object.fromEntries(values.map((value, index) => [names[index] ?? '', plainValue(value, types[index])])),
        );
    },
    async close() {
      // To close while a query runs would wait for ever: a test that ran out of time leaves one behind.
      closed = true;
      await running;
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function plainValue(value: unknown, type: DuckDBTypeId | undefined): OracleValue {
  if (typeof value === 'bigint') return type === DuckDBTypeId.BIGINT ? toJson(wholeOf(value)) : Number(value);
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  throw new Error(`DuckDB gave a ${typeof value}, ${String(value)}, which no column of a view is.`);
}
