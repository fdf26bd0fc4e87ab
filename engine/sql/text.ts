import { SqlError } from './errors.ts';

/** A name in double quotes, with quotes inside doubled. */
export function identifier(name: string): string {
  if (name.includes('\0')) throw new SqlError(`The name ${JSON.stringify(name)} holds a NUL, which SQL cannot write.`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in single quotes, with quotes inside doubled. Backslashes mean nothing in SQL. */
export function textLiteral(text: string): string {
  if (text.includes('\0')) throw new SqlError(`The text ${JSON.stringify(text)} holds a NUL, which SQL cannot write.`);
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A number that SQL reads as the same double. It has an exponent, because `0.1` alone is a DECIMAL, unless it is whole.
 * A negative one is in brackets: `--5` would begin a comment.
 */
export function numberLiteral(value: number): string {
  const text = String(value === 0 ? 0 : value);
  const double = Number.isSafeInteger(value) || text.includes('e') ? text : `${text}e0`;
  return value < 0 ? `(${double})` : double;
}

export function literal(value: string | number | bigint | boolean): string {
  if (typeof value === 'string') return textLiteral(value);
  if (typeof value === 'bigint') return value < 0n ? `(${value})` : String(value);
  return typeof value === 'number' ? numberLiteral(value) : value ? 'TRUE' : 'FALSE';
}

/** Whole milliseconds of a double, cut towards the past; null beyond 64 bits. */
export function floorMs(double: string): string {
  return `TRY_CAST(floor(${double}) AS BIGINT)`;
}

/** Indents each line by two spaces, except inside quotes. */
export function indent(sql: string): string {
  return sql.replaceAll(/'[^']*'|"[^"]*"|\n/g, (part) => (part === '\n' ? '\n  ' : part));
}

/** A SELECT over several lines, or on one line if it has only one column. */
export function select(parts: {
  readonly columns: readonly string[];
  readonly from: string;
  readonly where?: readonly string[];
}): string {
  const [first = '*'] = parts.columns;
  const columns = parts.columns.length === 1 ? ` ${first}` : `\n  ${parts.columns.map(indent).join(',\n  ')}`;
  const where = parts.where?.length ? `\nWHERE ${parts.where.map(indent).join('\n  AND ')}` : '';
  return `SELECT${columns}\nFROM ${parts.from}${where}`;
}
