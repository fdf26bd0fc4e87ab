import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Database, DatabaseError, TEMPORARY } from '../../../adapters/embedded/database.ts';
import { openEmbedded } from '../../../adapters/embedded/index.ts';
import { EmbeddedStateStore } from '../../../adapters/embedded/state-store.ts';
import { StoreError } from '../../../engine/ports/errors.ts';
import { putRows } from '../../support/put-rows.ts';
import { resultRow } from '../../support/result-row.ts';

const fixed = { nowMs: () => 0 };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** The error that a call throws, so that both its class and its sentence can be looked at. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

function makeFile(name: string, sql: string): string {
  const path = join(dir, name);
  const other = new DatabaseSync(path);
  other.exec(sql);
  other.close();
  return path;
}

describe('opening', () => {
  test('makes a file, and finds it again', () => {
    const path = join(dir, 'store.db');
    openEmbedded(path, fixed).close();
    const again = openEmbedded(path, fixed);
    expect(again.log.shards('none')).toEqual([]);
    again.close();
  });

  test('a file of a newer version is refused with both formats', () => {
    const path = makeFile('newer.db', 'PRAGMA user_version = 99');
    const error = thrown(() => openEmbedded(path, fixed));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).toMatch(/newer\.db was written by a newer version .* \(format 99, this one knows 4\)/);
  });

  test('a store of version 3 goes on: nobody knows when its rows were stored, and new ones say it', async () => {
    const path = join(dir, 'version-3.db');
    const before = openEmbedded(path, fixed);
    await putRows(before.results, [resultRow('v', 0)]);
    before.close();
    makeFile('version-3.db', 'ALTER TABLE results DROP COLUMN updated_at; PRAGMA user_version = 3');
    const { results, close } = openEmbedded(path, { nowMs: () => 7 });
    await putRows(results, [resultRow('v', 60_000)]);
    const { rows } = await results.windows({ view: 'v', fromMs: 0, toMs: 120_000, limit: 10 });
    expect(rows.map(({ updatedAtMs }) => updatedAtMs)).toEqual([null, 7]);
    close();
  });

  test('a file that is no database is refused and stays as it is', () => {
    const path = join(dir, 'notes.txt');
    const text = 'Not a database. '.repeat(100);
    writeFileSync(path, text);
    const error = thrown(() => openEmbedded(path, fixed));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).toMatch(/notes\.txt cannot be opened: the file is not a store/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test("another program's database is refused and stays as it is", () => {
    const path = makeFile('shop.db', 'CREATE TABLE customers (name TEXT)');
    const before = readFileSync(path);
    const error = thrown(() => openEmbedded(path, fixed));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).toMatch(/shop\.db is a SQLite database of another program: nothing was written to it/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('a folder that does not exist is named', () => {
    const error = thrown(() => openEmbedded(join(dir, 'absent', 'store.db'), fixed));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).toMatch(/absent\/store\.db cannot be opened/);
  });
});

describe('a transaction', () => {
  test('that throws leaves nothing, and the next one works', () => {
    const database = new Database(':memory:');
    const set = (value: string) => database.run('INSERT INTO marks (name, value) VALUES (?, ?)', [value, value]);
    const error = thrown(() =>
      database.transaction(() => {
        set('lost');
        throw new RangeError('The body failed.');
      }),
    );
    expect(error).toBeInstanceOf(RangeError);
    database.transaction(() => set('kept'));
    expect(database.all('SELECT name FROM marks').map((row) => row.name)).toEqual(['kept']);
    database.close();
  });

  test('on a full disk says so, leaves nothing, and the next one works', () => {
    const path = join(dir, 'full.db');
    const database = new Database(path);
    database.get('PRAGMA max_page_count = 60');
    const set = (name: string, bytes: number) =>
      database.run('INSERT INTO marks (name, value) VALUES (?, ?)', [name, 'x'.repeat(bytes)]);
    const error = thrown(() => database.transaction(() => [1, 2, 3, 4].map((i) => set(`large-${i}`, 100_000))));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).toMatch(/full\.db cannot do its work: the disk that holds it is full\. Free some room/);
    database.transaction(() => set('small', 10));
    expect(database.all('SELECT name FROM marks').map((row) => row.name)).toEqual(['small']);
    database.close();
  });

  test('inside another is refused, and the outer one writes nothing', () => {
    const database = new Database(':memory:');
    const nested = () =>
      database.transaction(() => {
        database.run("INSERT INTO marks (name, value) VALUES ('outer', '')");
        database.transaction(() => undefined);
      });
    expect(nested).toThrow(/A transaction is already open/);
    expect(database.all('SELECT name FROM marks')).toEqual([]);
    database.close();
  });
});

describe('rows one by one', () => {
  const names = (rows: Iterable<Record<string, unknown>>) => [...rows].map(({ name }) => name);

  test('can be read twice at once, and left early', () => {
    const database = new Database(TEMPORARY);
    for (const name of ['a', 'b', 'c']) database.run('INSERT INTO marks (name, value) VALUES (?, ?)', [name, '']);
    const sql = 'SELECT name FROM marks ORDER BY name';
    const outer = [...database.each(sql)].map(({ name }) => [name, names(database.each(sql))]);
    expect(outer).toEqual(['a', 'b', 'c'].map((name) => [name, ['a', 'b', 'c']]));
    for (const row of database.each(sql)) if (row.name === 'b') break;
    database.transaction(() => database.run("DELETE FROM marks WHERE name = 'a'"));
    expect(names(database.each(sql))).toEqual(['b', 'c']);
    database.close();
    expect(() => names(database.each(sql))).toThrow(
      'The store of this process, a temporary file, is closed, and was used afterwards.',
    );
  });
});

describe('a failing statement', () => {
  test('rejects the promise, as throttled, where another process holds the lock', async () => {
    const path = join(dir, 'locked.db');
    const database = new Database(path);
    database.get('PRAGMA busy_timeout = 0');
    const state = new EmbeddedStateStore(database);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const write = { kind: 'put', version: 1, data: '', condition: { kind: 'absent' } } as const;
    const outcome = await state.transact([{ ...write, key: { partition: 'p', sort: 's' } }]).catch((error) => error);
    expect(outcome).toBeInstanceOf(StoreError);
    expect(outcome.code).toBe('throttled');
    expect(outcome.message).toMatch(/locked\.db is locked by another process: nothing was written, try again\./);
    expect(await state.get({ partition: 'p', sort: 's' })).toBeNull();
    other.exec('ROLLBACK');
    expect(await state.transact([{ ...write, key: { partition: 'p', sort: 's' } }])).toEqual({ kind: 'committed' });
    other.close();
    database.close();
  });

  test('names the file where the store was closed before', async () => {
    const path = join(dir, 'closed.db');
    const { state, close } = openEmbedded(path, fixed);
    close();
    await expect(state.get({ partition: 'p', sort: 's' })).rejects.toThrow(
      /closed\.db is closed, and was used afterwards/,
    );
    expect(() => close()).not.toThrow();
  });
});
