import { duckdbLines, type Fields, type FormatDescriptor, LineReader, RowFault, shownText } from './format.ts';

/** A key, and with `=` its value: in quotes a string of JSON, without them all up to a blank. */
const PAIR = String.raw`[^\s="]+(?:=(?:"(?:[^"\\]|\\.)*"|[^\s"]*))?`;
const LINE = String.raw`\s*${PAIR}(?:\s+${PAIR})*\s*`;

/**
 * Pairs of key and value with blanks between them, as many services of Go and Heroku log. A key alone is `true`; of a key that
 * comes twice the last counts.
 */
export const logfmtFormat: FormatDescriptor = {
  settings: [],
  define: () => ({ kind: 'logfmt' }),
  fieldNames: () => null,
  compile: () => ({ hasLines: true, delimiter: null, reader: () => new LineReader(parseLogfmt) }),
  likely(lines) {
    const fields = lines.map(parseLogfmt);
    return fields.every((found) => !(found instanceof RowFault) && Object.keys(found).length > 1) ? "'logfmt'" : null;
  },
  duckdb(_, fields, sql) {
    const columns = fields.map((field) => `${valueSql(field, sql.text)} AS ${sql.name(field)}`);
    const tokens = `regexp_extract_all(line, ${sql.text(PAIR)}) AS pairs`;
    const where = `regexp_full_match(line, ${sql.text(LINE)}) AND contains(line, '=')`;
    return `(SELECT ${columns.join(', ')} FROM (SELECT ${tokens} FROM ${duckdbLines(sql)} WHERE ${where}))`;
  },
  unlikeDuckdb: [],
};

/** The fields of a line of logfmt. */
export function parseLogfmt(line: string): Fields | RowFault {
  const fields: Fields = {};
  let hasPair = false;
  for (let at = behindBlanks(line, 0); at < line.length; at = behindBlanks(line, at)) {
    const keyEnd = behindKey(line, at);
    if (keyEnd === at) return new RowFault(`a key begins with ${shownText(line.slice(at))}`);
    const key = line.slice(at, keyEnd);
    at = keyEnd;
    if (line.charCodeAt(at) !== EQUALS) {
      fields[key] = 'true';
    } else if (line.charCodeAt(at + 1) === QUOTE) {
      const end = behindString(line, at + 1);
      const value = end === -1 ? null : stringOf(line.slice(at + 1, end));
      if (value === null) return new RowFault(`the value of ${shownText(key)} is ${shownText(line.slice(at + 1))}`);
      fields[key] = value;
      hasPair = true;
      at = end;
    } else {
      const end = behindPlain(line, at + 1);
      fields[key] = line.slice(at + 1, end);
      hasPair = true;
      at = end;
    }
    if (at < line.length && !isBlank(line.charCodeAt(at))) {
      return new RowFault(`behind ${shownText(key)} is ${shownText(line.slice(at))}`);
    }
  }
  return hasPair ? fields : new RowFault('it has no key=value');
}

const QUOTE = 0x22;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** What `\s` of RE2 is, which DuckDB asks. */
function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b);
}

function behindBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charCodeAt(at))) at++;
  return at;
}

function behindKey(line: string, from: number): number {
  let at = from;
  for (let code = line.charCodeAt(at); at < line.length && code !== EQUALS && code !== QUOTE && !isBlank(code); )
    code = line.charCodeAt(++at);
  return at;
}

function behindPlain(line: string, from: number): number {
  let at = from;
  for (let code = line.charCodeAt(at); at < line.length && code !== QUOTE && !isBlank(code); )
    code = line.charCodeAt(++at);
  return at;
}

/** −1 where it does not end. */
function behindString(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return -1;
}

function stringOf(json: string): string | null {
  if (!json.includes('\\') && !CONTROL.test(json)) return json.slice(1, -1);
  try {
    return JSON.parse(json) as string;
  } catch {
    return null;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no string of JSON has them.
const CONTROL = /[\u0000-\u001f]/;

/** The value of a key: of the last pair that has it. */
function valueSql(key: string, text: (value: string) => string): string {
  const last = `list_filter(pairs, lambda pair: pair = ${text(key)} OR starts_with(pair, ${text(`${key}=`)}))[-1]`;
  const value = `substr(${last}, ${[...key].length + 2})`;
  return [
    'CASE',
    `WHEN ${last} = ${text(key)} THEN 'true'`,
    `WHEN starts_with(${value}, '"') THEN TRY_CAST(${value} AS JSON) ->> '$'`,
    `ELSE ${value} END`,
  ].join(' ');
}
