/** A record of CSV (RFC 4180): the texts of its fields. */
export type CsvRecord = readonly string[];

/**
 * The records of a CSV text: fields between commas, in double quotes where they hold commas, quotes (doubled) or line breaks. Blank
 * lines are passed over, and so is a byte order mark.
 *
 * @returns null where a quoted field does not end, or goes on behind its quote.
 */
export function parseCsv(text: string): CsvRecord[] | null {
  const records: CsvRecord[] = [];
  let record: string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    if (field === null) return null;
    record.push(field.value);
    at = field.end;
    if (text[at] === ',') {
      at++;
      if (at < text.length) continue;
      record.push('');
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  return records;
}

interface Field {
  readonly value: string;
  /** Where the comma or the line's end after it is. */
  readonly end: number;
}

function plainField(text: string, from: number): Field {
  let end = from;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++;
  return { value: text.slice(from, end), end };
}

function quotedField(text: string, from: number): Field | null {
  let value = '';
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return null;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = quote + 1;
      return end === text.length || ',\r\n'.includes(text[end] as string) ? { value, end } : null;
    }
    value += '"';
    at = quote + 2;
  }
}
