import { DuckDBInstance } from '@duckdb/node-api';

export type OracleValue = string | number | boolean | null;
export type OracleRow = Readonly<Record<string, OracleValue>>;

/** A DuckDB in this process's memory, for what a statement says beside what the engine does. */
export interface Duckdb {
  /** The rows of a statement as JSON would hold them: 64- and 128-bit integers become numbers. */
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
      return reader
        .getRows()
        .map((values) => Object.fromEntries(values.map((value, index) => [names[index] ?? '', plainValue(value)])));
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

function plainValue(value: unknown): OracleValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  throw new Error(`DuckDB gave a ${typeof value}, ${String(value)}, which no column of a view is.`);
}
