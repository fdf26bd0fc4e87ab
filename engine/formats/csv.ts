import { DefinitionError } from '../ir/errors.ts';
import type { TextFormatDefinition } from '../ir/stream-format.ts';
import { CsvFault, csvFields } from '../text/csv.ts';
import { type DelimitedSettings, delimitedFormat, duckdbDelimited, headerSetting } from './delimited.ts';
import type { FormatDescriptor } from './format.ts';

/** CSV (RFC 4180). */
export interface CsvFormat {
  /** The format. */
  readonly kind: 'csv';
  /**
   * The names of the fields, in their order. Not set: the first row of each file or record is a header. Set it where a record has
   * none, as records of one row. A first row that has the same names is then no event.
   */
  readonly header?: readonly string[];
  /** Between the fields: one character. Not set: a comma. */
  readonly delimiter?: string;
}

/** CSV with tabs in place of commas. */
export interface TsvFormat {
  /** The format. */
  readonly kind: 'tsv';
  /** As of CSV. */
  readonly header?: readonly string[];
}

export const csvFormat: FormatDescriptor = {
  ...delimitedBy('csv', [',', ';', '|']),
  settings: ['header', 'delimiter'],
  define: ({ header, delimiter = ',' }, where) => ({
    kind: 'csv',
    header: headerSetting(header, where),
    delimiter: delimiterSetting(delimiter, where),
  }),
};

export const tsvFormat: FormatDescriptor = {
  ...delimitedBy('tsv', ['\t']),
  settings: ['header'],
  define: ({ header }, where) => ({ kind: 'tsv', header: headerSetting(header, where) }),
};

/** `likelyDelimiters`: the usual one first. */
function delimitedBy(
  kind: 'csv' | 'tsv',
  likelyDelimiters: readonly [string, ...string[]],
): Omit<FormatDescriptor, 'settings' | 'define'> {
  const [usual] = likelyDelimiters;
  const settingsOf = ({ header = null, delimiter = usual }: TextFormatDefinition): DelimitedSettings => ({
    delimiter,
    isQuoted: true,
    header,
    isHeader: (cells) => header === null || isSameSet(cells.map(nameOf), header),
    nameOf,
    nothing: null,
  });
  return {
    fieldNames: ({ header = null }) => header,
    compile: (definition) => delimitedFormat(settingsOf(definition)),
    likely: (lines) => {
      const delimiter = likelyDelimiters.find((candidate) => hasColumns(lines, candidate));
      if (delimiter === undefined) return null;
      return delimiter === usual ? `'${kind}'` : `{ kind: '${kind}', delimiter: '${delimiter}' }`;
    },
    duckdb: (definition, fields, sql) => {
      const settings = settingsOf(definition);
      return duckdbDelimited(settings, { header: settings.header, inHeader: (field) => field }, fields, sql);
    },
    unlikeDuckdb: [
      'a row with more fields than its header, or with text behind a closing quote: DuckDB reads what it can of it',
      'a quote that is never closed: DuckDB refuses the file',
    ],
  };
}

/** Whether lines have the same number of fields, several. */
function hasColumns(lines: readonly string[], delimiter: string): boolean {
  const counts = lines.map((line) => {
    const fields = csvFields(line, delimiter);
    return fields instanceof CsvFault ? 0 : fields.length;
  });
  return (counts[0] ?? 0) > 1 && counts.every((count) => count === counts[0]);
}

/** Blanks around a name are not meant. */
function nameOf(cell: string): string {
  return cell.trim();
}

function isSameSet(names: readonly string[], header: readonly string[]): boolean {
  return names.length === header.length && header.every((name) => names.includes(name));
}

function delimiterSetting(delimiter: unknown, where: string): string {
  const isOne = typeof delimiter === 'string' && delimiter.length === 1 && !'"\r\n'.includes(delimiter);
  if (isOne && delimiter.charCodeAt(0) < 0x80) return delimiter;
  throw new DefinitionError(
    `${where}.delimiter is ${JSON.stringify(delimiter)}: it must be one character of ASCII, and no quote or line break.`,
  );
}
