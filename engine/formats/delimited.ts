import { DefinitionError } from '../ir/errors.ts';
import { CsvFault, csvFields } from '../text/csv.ts';
import { type Fields, type FormatSql, RowFault, type RowReader, shownText, type TextFormat } from './format.ts';

export interface DelimitedSettings {
  /** One character. */
  readonly delimiter: string;
  /** Fields may be quoted, as in CSV. */
  readonly isQuoted: boolean;
  /** The names of the fields; null where a header row says them. */
  readonly header: readonly string[] | null;
  /** Whether a first row is a header, by its fields. */
  isHeader(cells: readonly string[]): boolean;
  /** The name that a field of the header stands for. */
  nameOf(cell: string): string;
  /** What stands for a field that is not there; null where nothing does. */
  readonly nothing: string | null;
}

/** Rows of fields with a delimiter between them, and in front of them mostly a header. */
export function delimitedFormat(settings: DelimitedSettings): TextFormat {
  const headers = new Headers(settings);
  return {
    hasLines: false,
    needsHeader: settings.header === null,
    delimiter: settings.isQuoted ? settings.delimiter : null,
    reader: () => new DelimitedReader(settings, headers),
  };
}

/** What a first row comes to. */
type Header =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** Rows behind it cannot be read. */
  | { readonly kind: 'fault'; readonly why: string };

/** Looks at first rows. Those of records follow each other and are the same. */
class Headers {
  readonly #settings: DelimitedSettings;
  #row: string | null = null;
  #header: Header | null = null;

  constructor(settings: DelimitedSettings) {
    this.#settings = settings;
  }

  /** Null where the row is no header. */
  of(row: string): Header | null {
    if (row !== this.#row) {
      this.#header = this.#look(row);
      this.#row = row;
    }
    return this.#header;
  }

  #look(row: string): Header | null {
    const { header, isHeader, nameOf } = this.#settings;
    const cells = cellsOf(row, this.#settings);
    if (cells instanceof CsvFault) return header === null ? { kind: 'fault', why: cells.why } : null;
    if (!isHeader(cells)) return null;
    const names = cells.map(nameOf);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return { kind: 'names', names };
    return { kind: 'fault', why: `it has the column ${shownText(twice)} twice` };
  }
}

function cellsOf(row: string, { delimiter, isQuoted }: DelimitedSettings): readonly string[] | CsvFault {
  return isQuoted ? csvFields(row, delimiter) : row.split(delimiter);
}

class DelimitedReader implements RowReader {
  readonly #settings: DelimitedSettings;
  readonly #headers: Headers;
  /** The header row; null where there is none. */
  #row: string | null = null;
  #header: Header;
  #isFirst = true;

  constructor(settings: DelimitedSettings, headers: Headers) {
    this.#settings = settings;
    this.#headers = headers;
    this.#header = { kind: 'names', names: settings.header ?? [] };
  }

  /** Rows need no header that says what the definition says. */
  get head(): string | null {
    const { header } = this.#settings;
    const isKnown = this.#header.kind === 'names' && header !== null && isSame(this.#header.names, header);
    return isKnown ? null : this.#row;
  }

  /** The first row where it is one, and the same row again: files that were put together have it for each. */
  takesAsHeader(row: string | null): boolean {
    if (!this.#isFirst) return row !== null && row === this.#row;
    this.#isFirst = false;
    if (row === null) {
      if (this.#settings.header !== null) return false;
      this.#header = { kind: 'fault', why: 'its bytes are not UTF-8 text' };
      return true;
    }
    const header = this.#headers.of(row);
    if (header === null) return false;
    this.#row = row;
    this.#header = header;
    return true;
  }

  read(row: string): Fields | RowFault {
    if (this.#header.kind === 'fault') return new RowFault(`its header is none, for ${this.#header.why}`);
    const cells = cellsOf(row, this.#settings);
    if (cells instanceof CsvFault) return new RowFault(cells.why);
    const { names } = this.#header;
    if (cells.length !== names.length) {
      return new RowFault(`it has ${cells.length} fields, and the header has ${names.length} (${names.join(', ')})`);
    }
    const { nothing } = this.#settings;
    const fields: Fields = {};
    for (let i = 0; i < names.length; i++) {
      const cell = cells[i] as string;
      fields[names[i] as string] = cell === nothing ? null : cell;
    }
    return fields;
  }

  fork(): DelimitedReader {
    const fork = new DelimitedReader(this.#settings, this.#headers);
    fork.#row = this.#row;
    fork.#header = this.#header;
    fork.#isFirst = this.#isFirst;
    return fork;
  }
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name, index) => name === others[index]);
}

/**
 * The names in a setting `header`.
 *
 * @throws DefinitionError where they are no names.
 */
export function headerSetting(header: unknown, where: string): readonly string[] | null {
  if (header === undefined) return null;
  const isList = Array.isArray(header) && header.length > 0 && header.every((name) => typeof name === 'string');
  const names = (isList ? header : []) as string[];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (isList && twice === undefined && !names.includes('')) return [...names];
  const found = twice === undefined ? JSON.stringify(header) : `has '${twice}' twice`;
  throw new DefinitionError(
    `${where}.header ${twice === undefined ? `is ${found}` : found}: it must be a list of the fields' names, in their order, each once.`,
  );
}

/** An empty text is not null. */
const NO_TEXT = '\u0001';

/**
 * Rows of files by DuckDB's reader of CSV, with the fields that are asked for.
 *
 * @param header the names of the columns; null where each file has a header row.
 * @param inHeader the name that a header has for a field.
 */
export function duckdbDelimited(
  { delimiter, isQuoted, nothing }: DelimitedSettings,
  { header, inHeader }: { readonly header: readonly string[] | null; inHeader(field: string): string },
  fields: readonly string[],
  { files, text, name }: FormatSql,
): string {
  const quote = isQuoted ? text('"') : "''";
  const dialect = [
    `[${files.map(text).join(', ')}]`,
    `delim = ${text(delimiter)}, quote = ${quote}, escape = ${quote}, nullstr = ${text(nothing ?? NO_TEXT)}`,
    'ignore_errors = true',
  ];
  if (header !== null) {
    const columns = header.map((column) => `${text(column)}: 'VARCHAR'`).join(', ');
    const list = fields.map((field) => (header.includes(field) ? name(field) : `NULL::VARCHAR AS ${name(field)}`));
    const read = [...dialect, `header = false, strict_mode = false, columns = {${columns}}`];
    return `(SELECT ${list.join(', ')} FROM read_csv(\n  ${read.join(',\n  ')}\n))`;
  }
  const list = fields.map((field) => `${name(inHeader(field))} AS ${name(field)}`);
  // A file can lack an optional column: this table has all of them.
  const none = fields.map((field) => `NULL::VARCHAR AS ${name(inHeader(field))}`);
  const read = [...dialect, 'header = true, all_varchar = true, union_by_name = true, strict_mode = false'];
  return [
    `(SELECT ${list.join(', ')} FROM (`,
    `SELECT ${none.join(', ')} WHERE false`,
    'UNION ALL BY NAME',
    `SELECT * FROM read_csv(\n  ${read.join(',\n  ')}\n)))`,
  ].join('\n');
}
