import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bronzeWriter, type PlacedRecord } from '../../engine/bronze/bronze-record.ts';
import { hiveColumns } from '../../engine/bronze/hive-table.ts';
import { renamedFields } from '../../engine/bronze/table-shape.ts';
import { decoderOf } from '../../engine/decode/decoder-of.ts';
import { compileValidator, type Validator } from '../../engine/decode/validate.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { Duckdb } from './duckdb.ts';

/**
 * Runs what is written for Athena in DuckDB: what Trino's functions do is said by macros, and the few things that are
 * written otherwise are rewritten. So the statement is tested, on the word of Trino's manual for each function.
 */
const MACROS = [
  'CREATE MACRO trino_regexp_like(t, p) AS regexp_matches(t, p)',
  'CREATE MACRO trino_regexp_extract(t, p, g) AS CASE WHEN regexp_matches(t, p) THEN regexp_extract(t, p, g) END',
  'CREATE MACRO trino_regexp_replace(t, p, r) AS regexp_replace(t, p, r)',
  'CREATE MACRO trino_substr(t, f, n) AS substring(t, f, n)',
  "CREATE MACRO trino_date_add(unit, n, t) AS CASE WHEN unit = 'millisecond' THEN make_timestamp_ms(epoch_ms(t) + n) END",
  "CREATE MACRO trino_format_datetime(t, f) AS CASE WHEN f = 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''' THEN strftime(t, '%Y-%m-%dT%H:%M:%S.%gZ') END",
  'CREATE MACRO trino_slice(a, f, n) AS list_slice(a, f, f + n - 1)',
  'CREATE MACRO trino_array_sort(a) AS list_sort(a)',
  'CREATE MACRO trino_map_entries(m) AS list_transform(map_entries(m), lambda x: row(x.key, x.value))',
  'CREATE MACRO trino_element_at(a, i) AS list_extract(a, i)',
  'CREATE MACRO trino_sequence(f, l, s) AS generate_series(f, l, s)',
  "CREATE MACRO trino_infinity() AS CAST('Infinity' AS DOUBLE)",
  'CREATE MACRO trino_array_min(a) AS list_min(a)',
  'CREATE MACRO trino_array_max(a) AS list_max(a)',
  'CREATE MACRO trino_reverse(a) AS list_reverse(a)',
  'CREATE MACRO trino_split(t, s) AS string_split(t, s)',
  'CREATE MACRO trino_is_finite(x) AS isfinite(x)',
  'CREATE MACRO trino_day_of_week(t) AS isodow(t)',
  'CREATE MACRO trino_to_unixtime(t) AS epoch(t)',
  // Of two equal local times Trino takes the earlier, DuckDB the later.
  'CREATE MACRO trino_with_timezone(t, z) AS CASE WHEN timezone(z, timezone(z, t) - INTERVAL 1 HOUR) = t THEN timezone(z, t) - INTERVAL 1 HOUR ELSE timezone(z, t) END',
  // Of what is no JSON Trino takes nothing out. It writes a name in a path as ["name"], DuckDB as ."name".
  `CREATE MACRO trino_json_extract(j, p) AS TRY(json_extract(j, regexp_replace(p, '\\["([^"]+)"\\]', '."\\1"', 'g')))`,
  `CREATE MACRO trino_json_extract_scalar(j, p) AS TRY(json_extract_string(j, regexp_replace(p, '\\["([^"]+)"\\]', '."\\1"', 'g')))`,
  'CREATE MACRO trino_json_parse(t) AS CAST(t AS JSON)',
  'CREATE MACRO trino_cardinality(a) AS len(a)',
  'CREATE MACRO trino_json_format(j) AS CAST(j AS VARCHAR)',
];
const RENAMED = MACROS.map((macro) => /trino_(\w+)\(/.exec(macro)?.[1] as string);

export async function createTrinoMacros(database: Duckdb): Promise<void> {
  for (const macro of MACROS) await database.rows(macro);
}

/** Athena's SQL as DuckDB's. Texts in quotes stay as they are. */
export function inDuckdb(sql: string): string {
  const names = new RegExp(`\\b(${RENAMED.join('|')})\\(`, 'g');
  const renamed = outsideOfQuotes(sql, (part) =>
    part
      .replaceAll(names, 'trino_$1(')
      .replaceAll(/\bapprox_distinct\(/g, 'count(DISTINCT ')
      .replaceAll(', 8.1e-3)', ')')
      .replaceAll(/\btransform\(/g, 'list_transform(')
      .replaceAll(/\be -> /g, 'lambda e: ')
      .replaceAll(/\bARRAY\(JSON\)/g, 'JSON[]'),
  );
  return castsToJson(renamed);
}

function outsideOfQuotes(sql: string, change: (part: string) => string): string {
  return sql
    .split(/('[^']*'|"[^"]*"|--.*\n)/)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}

/** Trino's cast to JSON makes a JSON text of a text, DuckDB's reads one. */
function castsToJson(sql: string): string {
  const tokens = sql.match(/'[^']*'|"[^"]*"|--.*\n|CAST\(|[()]|[^'"()\-C]+|[-C]/g) ?? [];
  const open: number[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.endsWith('(')) open.push(index);
    if (token !== ')') continue;
    const start = open.pop() as number;
    const before = tokens[index - 1] as string;
    if (tokens[start] !== 'CAST(' || !before.endsWith(' AS JSON')) continue;
    tokens[start] = 'to_json(';
    tokens[index - 1] = before.slice(0, -' AS JSON'.length);
  }
  return tokens.join('');
}

/** Events in a record, so that positions within records matter. */
const EVENTS_IN_RECORD = 7;

/**
 * Makes the table that Athena would see of these lines as events of a stream: each record in bronze as the function
 * writes it, and every fifth of them delivered twice.
 */
export async function createBronzeTable(
  database: Duckdb,
  stream: StreamDefinition,
  lines: readonly string[],
  dir: string,
  validate: Validator = compileValidator(stream),
): Promise<void> {
  const writer = bronzeWriter({ definition: stream, decoder: decoderOf(stream), validate });
  const texts: string[] = [];
  for (let at = 0; at < lines.length; at += EVENTS_IN_RECORD) {
    const record = placedRecord(lines.slice(at, at + EVENTS_IN_RECORD), at / EVENTS_IN_RECORD);
    const text = writer.unfold(record, Number.POSITIVE_INFINITY)?.text ?? '';
    texts.push(text, ...(texts.length % 5 === 0 ? [text] : []));
  }
  const file = join(dir, `bronze-${stream.name}.jsonl`);
  const renamed = renamedFields(stream.shape);
  writeFileSync(file, renamed.size === 0 ? texts.join('') : texts.map((text) => renamedLines(text, renamed)).join(''));
  const columns = hiveColumns(stream).map(({ name, type }) => `'${name}': '${duckdbType(type).replaceAll("'", "''")}'`);
  await database.rows(
    `CREATE OR REPLACE TABLE "${stream.name}" AS SELECT *, '2026-01-01' AS "dt", '00' AS "hour" FROM read_json('${file}', format = 'newline_delimited', records = true, columns = {${columns.join(', ')}})`,
  );
}

/** What the table's reader does for its `mapping` parameters, in objects at any depth. */
function renamedLines(text: string, renamed: ReadonlyMap<string, string>): string {
  const rename = (_: string, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const object = value as Record<string, unknown>;
    const named = Object.entries(object).filter(([name]) => !renamed.has(name));
    const others = [...renamed].flatMap(([name, wireName]) => (wireName in object ? [[name, object[wireName]]] : []));
    return Object.fromEntries([...named, ...others]);
  };
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => `${JSON.stringify(JSON.parse(line, rename))}\n`).join('');
}

function placedRecord(lines: readonly string[], number: number): PlacedRecord {
  return {
    shard: `shardId-${number % 3}`,
    sequence: String(number),
    subsequence: 0,
    arrivalMs: null,
    partitionKey: null,
    data: Buffer.from(lines.join('\n')),
  };
}

/** `struct<a:string,b:array<int>>` is `STRUCT("a" VARCHAR, "b" INTEGER[])`. */
function duckdbType(type: string): string {
  if (type.startsWith('array<')) return `${duckdbType(type.slice('array<'.length, -1))}[]`;
  if (!type.startsWith('struct<'))
    return { string: 'VARCHAR', int: 'INTEGER', bigint: 'BIGINT' }[type] ?? type.toUpperCase();
  const fields: string[] = [];
  let depth = 0;
  for (const part of type.slice('struct<'.length, -1).split(',')) {
    if (depth > 0) fields.push(`${fields.pop()},${part}`);
    else fields.push(part);
    depth += part.split('<').length - part.split('>').length;
  }
  const named = fields.map((field) => {
    const colon = field.indexOf(':');
    return `"${field.slice(0, colon)}" ${duckdbType(field.slice(colon + 1))}`;
  });
  return `STRUCT(${named.join(', ')})`;
}
