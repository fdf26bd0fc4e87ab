import { closingQuote, RowsCutter } from './rows-cutter.ts';

/** A record of CSV (RFC 4180): the texts of its fields. */
export type CsvRecord = readonly string[];

/** Why a row is no CSV. */
export class CsvFault {
  /** The end of a sentence that says what was found. */
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

const BYTE_ORDER_MARK = '\uFEFF';
const QUOTE = '"';

/**
 * The records of a CSV text: fields between commas, in double quotes where they hold commas, quotes (doubled) or line breaks. Blank
 * lines are passed over, and so is a byte order mark.
 *
 * @returns null where a quoted field does not end, or goes on behind its quote.
 */
export function parseCsv(text: string): CsvRecord[] | null {
  const records: CsvRecord[] = [];
  const rows = new RowsCutter(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, { delimiter: ',' });
  for (let row = rows.next(); row !== null; row = rows.next()) {
    if (row.isOpen) return null;
    const record = csvFields(rows.text(row), ',');
    if (record instanceof CsvFault) return null;
    if (record.length > 1 || record[0] !== '') records.push(record);
  }
  return records;
}

/**
 * The fields of one row, without its line break. Only a quote at a field's beginning opens it: elsewhere a quote is text, as
 * most programs read it.
 */
export function csvFields(row: string, delimiter: string): string[] | CsvFault {
  if (!row.includes(QUOTE)) return row.split(delimiter);
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const isQuoted = row.charAt(at) === QUOTE;
    const end = isQuoted ? closingQuote(row, at) + 1 : behindPlain(row, at, delimiter);
    if (isQuoted && end === 0) return new CsvFault(`a quote opens field ${fields.length + 1} and none closes it`);
    if (isQuoted && end < row.length && row.charAt(end) !== delimiter) {
      return new CsvFault(
        `behind the closing quote of field ${fields.length + 1} is ${JSON.stringify(row.slice(end, end + 20))}`,
      );
    }
    fields.push(isQuoted ? row.slice(at + 1, end - 1).replaceAll('""', QUOTE) : row.slice(at, end));
    if (end >= row.length) return fields;
    at = end + 1;
  }
}

function behindPlain(row: string, from: number, delimiter: string): number {
  const end = row.indexOf(delimiter, from);
  return end === -1 ? row.length : end;
}
