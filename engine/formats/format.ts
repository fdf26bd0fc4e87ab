import type { TextFormatDefinition } from '../ir/stream-format.ts';

/**
 * A format of rows of text: all that the rest needs to know of it. Each is a file of this folder, and a line in `registry.ts`.
 *
 * A row's fields are texts; null is a field that the format says is not there. What a text is to be, a number or a time, the
 * stream's schema says (`engine/decode/typed-fields.ts`).
 */
export interface FormatDescriptor {
  /** Its settings in a definition, beside `kind`. */
  readonly settings: readonly string[];
  /**
   * The definition that settings make.
   *
   * @param where begins an error: the stream, and `format`.
   * @throws DefinitionError where a setting is none.
   */
  define(settings: FormatSettings, where: string): TextFormatDefinition;
  /** The names that its fields can have; null where they can have any. */
  fieldNames(definition: TextFormatDefinition): readonly string[] | null;
  compile(definition: TextFormatDefinition): TextFormat;
  /** What a definition would say, as it is written there, where lines look as if they were in the format; null where they do not. */
  likely(lines: readonly string[]): string | null;
  /** The rows of files as a DuckDB table expression: each of the fields as text, null where it is not there. */
  duckdb(definition: TextFormatDefinition, fields: readonly string[], sql: FormatSql): string;
  /** What DuckDB reads otherwise, as parts of a sentence. */
  readonly unlikeDuckdb: readonly string[];
}

export interface FormatSettings {
  readonly delimiter?: unknown;
  readonly header?: unknown;
}

/** A format that is ready to read. */
export interface TextFormat {
  /** Each line of a file can be read by itself: no header is in front of it, and no line break is quoted. */
  readonly hasLines: boolean;
  /** Between fields that may hold line breaks in quotes; null where each line is a row. */
  readonly delimiter: string | null;
  /** A reader for the rows of one record, or of one file, in their order. */
  reader(): RowReader;
}

export interface RowReader {
  /** The header row that a row needs before it to be read by itself; null where none. */
  readonly head: string | null;
  /** Whether a row is a header, and no event. What it says of the rows after it is known from now on. */
  takesAsHeader(row: string): boolean;
  /** The fields of a row by their names. */
  read(row: string): Fields | RowFault;
  /** A second reader, which goes on from here by itself. */
  fork(): RowReader;
}

/** Texts by name. */
export type Fields = Record<string, string | null>;

/** In the place of fields: the row is not in the format. */
export class RowFault {
  /** The end of a sentence that says what was found. */
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** What a format writes its SQL with. */
export interface FormatSql {
  readonly files: readonly string[];
  /** A text in quotes. */
  text(value: string): string;
  /** A name in quotes. */
  name(value: string): string;
}

/** Rows that are lines, and stand alone. */
export class LineReader implements RowReader {
  readonly head = null;
  readonly read: (row: string) => Fields | RowFault;

  constructor(read: (row: string) => Fields | RowFault) {
    this.read = read;
  }

  takesAsHeader(): boolean {
    return false;
  }

  fork(): LineReader {
    return this;
  }
}

/** The lines of files as a DuckDB table expression, in a column `line`. */
export function duckdbLines({ files, text }: FormatSql): string {
  return [
    'read_csv(',
    `  [${files.map(text).join(', ')}],`,
    // No byte of a text is 0x01, and none is a quote: a row is a line.
    "  auto_detect = false, header = false, delim = '\\x01', quote = '', escape = '',",
    "  ignore_errors = true, columns = {'line': 'VARCHAR'}",
    ')',
  ].join('\n');
}

/** A text as a message shows it. */
export function shownText(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

const SHOWN = 60;
