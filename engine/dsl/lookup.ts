import { DefinitionError } from '../ir/errors.ts';
import { checkName } from '../ir/names.ts';
import type { ExpressionNode, LookupNode } from '../ir/node.ts';
import { parseCsv } from '../text/csv.ts';
import { Expression, nodeOf } from './build.ts';
import { describeNode, KIND_WORDS } from './given.ts';
import { checkSettings } from './settings.ts';
import type { Expr, Fields } from './types.ts';
import { unknownName } from './unknown-name.ts';

/** A value that a table holds. */
type Cell = string | number | boolean;
type CellKind = 'string' | 'number' | 'boolean';
type WideCell<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : never;
type OfKind = { readonly string: string; readonly number: number; readonly boolean: boolean };

/** Finds the row of a key: its columns as expressions, null where there is no such row. */
export type Lookup<R, K extends keyof R> = (
  key: Expr<WideCell<NonNullable<R[K]>> | null>,
) => Fields<{ readonly [C in Exclude<keyof R, K>]: WideCell<NonNullable<R[C]>> | null }>;

export interface LookupOptions<K extends string> {
  /** The column by whose values rows are found. Each of them stands there once. */
  readonly key: K;
}

export interface CsvLookupOptions<C extends Readonly<Record<string, CellKind>>, K extends string>
  extends LookupOptions<K> {
  /** Columns of the header, each with the kind of its values: `string`, `number` or `boolean`. An empty field is null. */
  readonly columns: C;
}

/** What a table holds at most: it is part of each statement in SQL, whose length Athena bounds. */
const MAX_ROWS = 10_000;
const MAX_BYTES = 100_000;

/**
 * A small table that events are looked up in: countries by code, products by number. It is a part of the definition, and of what the
 * views that read it are fingerprinted by: with other content in the columns that it reads, a view starts over under a new `version`.
 *
 * @param rows a list of objects, such as an imported JSON file, or the text of a CSV file with a header.
 *
 * @example
 * import rates from './vat.json' with { type: 'json' };
 * const vat = lookup('vat', rows, { key: 'country' });
 * view('sales', orders).derive((e) => ({ tax: e.amount.mul(vat(e.country).rate) }))
 */
export function lookup<R extends Readonly<Record<string, Cell | null>>, const K extends keyof R & string>(
  name: string,
  rows: readonly R[],
  options: LookupOptions<K>,
): Lookup<R, K>;
export function lookup<const C extends Readonly<Record<string, CellKind>>, const K extends keyof C & string>(
  name: string,
  csv: string,
  options: CsvLookupOptions<C, K>,
): Lookup<{ readonly [N in keyof C]: OfKind[C[N]] | null }, K>;
export function lookup(
  name: string,
  given: readonly object[] | string,
  options: LookupOptions<string> & { readonly columns?: Readonly<Record<string, CellKind>> },
): unknown {
  const where = `lookup '${name}'`;
  checkName(name, where);
  checkSettings(options, typeof given === 'string' ? ['key', 'columns'] : ['key'], where);
  const rows = typeof given === 'string' ? csvRows(where, given, options.columns ?? {}) : given;
  const table = new Table(where, rows as readonly TableRow[], options.key);
  return (key: unknown) => columnsAt(name, table, key);
}

type TableRow = Readonly<Record<string, unknown>>;

/** The columns of the row that a key finds, each an expression. */
function columnsAt(name: string, table: Table, key: unknown): object {
  const where = `${name}(…)`;
  return new Proxy(Object.create(null), {
    get(_target, column) {
      if (typeof column !== 'string') return undefined;
      if (!table.columns.includes(column)) throw unknownName(where, column, table.columns);
      const operand = nodeOf(key, where);
      if (operand.type.kind !== table.keyKind) {
        throw new DefinitionError(
          `${where} is given ${describeNode(operand)}, ${KIND_WORDS[operand.type.kind]}, and its key is ${KIND_WORDS[table.keyKind]}.`,
        );
      }
      return new Expression(table.node(name, column, operand));
    },
    has: (_target, column) => typeof column === 'string' && table.columns.includes(column),
    ownKeys: () => [...table.columns],
    getOwnPropertyDescriptor: (_target, column) =>
      typeof column === 'string' && table.columns.includes(column)
        ? { enumerable: true, configurable: true }
        : undefined,
  });
}

class Table {
  readonly columns: readonly string[];
  readonly keyKind: CellKind;
  readonly #where: string;
  readonly #rows: readonly TableRow[];
  readonly #key: string;

  constructor(where: string, rows: readonly TableRow[], key: string) {
    this.#where = where;
    this.#rows = checkRows(where, rows);
    this.#key = key;
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    if (!names.includes(key)) {
      throw new DefinitionError(`${where}: there is no column '${key}'. The columns are ${names.join(', ')}.`);
    }
    this.columns = names.filter((column) => column !== key);
    this.keyKind = this.#kindOf(key);
    const seen = new Set<unknown>();
    for (const { [key]: value } of rows) {
      if (value === null || value === undefined || seen.has(value)) {
        const what = seen.has(value) ? `has ${JSON.stringify(value)} twice` : 'is missing in a row';
        throw new DefinitionError(`${where}: its key '${key}' ${what}, and each row needs one of its own.`);
      }
      seen.add(value);
    }
  }

  node(table: string, column: string, operand: ExpressionNode): LookupNode {
    const entries = this.#rows.flatMap((row): [Cell, Cell][] => {
      const value = row[column];
      return value === null || value === undefined ? [] : [[row[this.#key] as Cell, value as Cell]];
    });
    return { op: 'lookup', table, column, entries, operand, type: { kind: this.#kindOf(column), nullable: true } };
  }

  /** All values of a column are of one kind. */
  #kindOf(column: string): CellKind {
    const values = this.#rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
    const [kind, other] = new Set(values.map((value) => typeof value));
    const isCell = kind === 'string' || kind === 'boolean' || (kind === 'number' && values.every(Number.isFinite));
    if (isCell && other === undefined) return kind;
    const found =
      kind === undefined ? 'no values' : other === undefined ? `values of type ${kind}` : `${kind} and ${other}`;
    throw new DefinitionError(
      `${this.#where}: column '${column}' has ${found}. A column holds strings, finite numbers or booleans, all of one kind, or null.`,
    );
  }
}

function checkRows(where: string, rows: readonly TableRow[]): readonly TableRow[] {
  if (!Array.isArray(rows) || rows.length === 0 || rows.some((row) => typeof row !== 'object' || row === null)) {
    throw new DefinitionError(`${where} needs a list of rows, each an object, or the text of a CSV file with rows.`);
  }
  const { length } = JSON.stringify(rows);
  if (rows.length <= MAX_ROWS && length <= MAX_BYTES) return rows;
  throw new DefinitionError(
    `${where} has ${rows.length.toLocaleString('en-US')} rows of ${length.toLocaleString('en-US')} characters, and at most ${MAX_ROWS.toLocaleString('en-US')} rows of ${MAX_BYTES.toLocaleString('en-US')} characters fit into a definition. Send a larger table as a stream, and use asOfJoin(…).`,
  );
}

function csvRows(where: string, csv: string, columns: Readonly<Record<string, CellKind>>): TableRow[] {
  const records = parseCsv(csv);
  if (records === null) {
    throw new DefinitionError(
      `${where}: its text is no CSV: a field in quotes does not end, or goes on behind its quote.`,
    );
  }
  const [header = [], ...lines] = records;
  const missing = Object.keys(columns).find((column) => !header.includes(column));
  if (missing !== undefined || Object.keys(columns).length === 0) {
    const what = missing === undefined ? 'names no columns' : `names '${missing}', which the header has not`;
    throw new DefinitionError(`${where}: columns ${what}. The header has ${header.join(', ')}.`);
  }
  return lines.map((line, index) => {
    if (line.length !== header.length) {
      throw new DefinitionError(
        `${where}: row ${index + 1} has ${line.length} fields, and the header has ${header.length}.`,
      );
    }
    const cells = Object.entries(columns).map(([column, kind]) => {
      const text = line[header.indexOf(column)] as string;
      return [column, cellOf(text, kind, `${where}: row ${index + 1}, column '${column}',`)] as const;
    });
    return Object.fromEntries(cells);
  });
}

function cellOf(text: string, kind: CellKind, where: string): Cell | null {
  if (text === '') return null;
  if (kind === 'string') return text;
  if (kind === 'number' && Number.isFinite(Number(text))) return Number(text);
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  throw new DefinitionError(`${where} is '${text}', and must be ${KIND_WORDS[kind]}.`);
}
