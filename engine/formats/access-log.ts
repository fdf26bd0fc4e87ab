import { isUtf8 } from 'node:buffer';
import type { TextFormatKind } from '../ir/stream-format.ts';
import { parseInstant } from '../time/instant.ts';
import {
  duckdbLines,
  type Fields,
  type FormatDescriptor,
  type FormatSql,
  LineReader,
  RowFault,
  type TextFormat,
} from './format.ts';

// A quoted field ends at the first quote without a backslash before it.
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const COMMON = String.raw`^(\S+) \S+ (.+?) \[([^\]]{1,40})\] ${QUOTED} (\d{3}) (\d+|-)`;
const REQUEST = String.raw`^([A-Za-z][A-Za-z0-9_-]*) (\S+)(?: (HTTP\/\d(?:\.\d)?))?$`;
const TIME = String.raw`^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})$`;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Fields of the common log format, and of what others add to it. */
const OF_COMMON = ['ip', 'user', 'time', 'method', 'url', 'protocol', 'request', 'status', 'bytes'];
const OF_COMBINED = [...OF_COMMON, 'referrer', 'user_agent'];

/** Apache's `%h %l %u %t "%r" %>s %b`. */
export const apacheCommonFormat = accessLog('apache-common', {
  pattern: `${COMMON}\r?$`,
  fields: OF_COMMON,
  looks: 'ip identity user [time] "request" status bytes',
});

/** The same with `"%{Referer}i" "%{User-Agent}i"`. */
export const apacheCombinedFormat = accessLog('apache-combined', {
  pattern: `${COMMON} ${QUOTED} ${QUOTED}\r?$`,
  fields: OF_COMBINED,
  looks: 'ip identity user [time] "request" status bytes "referrer" "user agent"',
});

/** nginx's `combined`, and its `main`, which adds the header X-Forwarded-For. */
export const nginxCombinedFormat = accessLog('nginx-combined', {
  pattern: `${COMMON} ${QUOTED} ${QUOTED}(?: ${QUOTED})?\r?$`,
  fields: [...OF_COMBINED, 'forwarded_for'],
  looks: 'ip - user [time] "request" status bytes "referrer" "user agent"',
});

interface AccessLog {
  /** Groups: ip, user, time, request, status, bytes, and what else there is, in the order of `fields`. */
  readonly pattern: string;
  readonly fields: readonly string[];
  /** For people. */
  readonly looks: string;
}

/**
 * A line for each request. What servers write as `-` is not there. The time comes as ISO-8601 in UTC. Where the request line is no
 * HTTP request, `request` holds it, and there is no method, URL or protocol.
 */
function accessLog(kind: TextFormatKind, log: AccessLog): FormatDescriptor {
  return {
    settings: [],
    define: () => ({ kind }),
    fieldNames: () => log.fields,
    compile: () => compile(log),
    likely: (lines) => (lines.every((line) => new RegExp(log.pattern, 's').test(line)) ? `'${kind}'` : null),
    duckdb: (_, fields, sql) => duckdb(log, fields, sql),
    unlikeDuckdb: ['bytes that a server wrote as \\xhh: DuckDB leaves them as they are written'],
  };
}

function compile({ pattern, fields, looks }: AccessLog): TextFormat {
  const line = new RegExp(pattern, 's');
  const others = fields.slice(OF_COMMON.length);
  const misfit = new RowFault(`it does not look like ${looks}`);
  const read = (row: string): Fields | RowFault => {
    const match = line.exec(row) as readonly (string | undefined)[] | null;
    if (match === null) return misfit;
    const [, ip = '', user = '', stamp = '', requestLine = '', status = '', bytes = '', ...rest] = match;
    const time = isoOfLogTime(stamp);
    if (time === null) return new RowFault(`its time is ${JSON.stringify(stamp)}, and no day/month/year:time zone`);
    const request = unescapeField(requestLine);
    const [, method = null, url = null, protocol = null] = REQUEST_LINE.exec(request) ?? [];
    const found: Fields = {
      ip,
      user: orNull(user),
      time,
      method,
      url,
      protocol,
      request: method === null ? orNull(request) : null,
      status,
      bytes: orNull(bytes),
    };
    for (let i = 0; i < others.length; i++) found[others[i] as string] = orNull(unescapeField(rest[i] ?? '-'));
    return found;
  };
  return { hasLines: true, delimiter: null, reader: () => new LineReader(read) };
}

const REQUEST_LINE = new RegExp(REQUEST);
const LOG_TIME = new RegExp(TIME);

function isoOfLogTime(stamp: string): string | null {
  const [, day, monthName, year, clock, offset] = LOG_TIME.exec(stamp) ?? [];
  const month = MONTHS.indexOf(monthName ?? '') + 1;
  if (month === 0) return null;
  const iso = `${year}-${String(month).padStart(2, '0')}-${day}T${clock}`;
  const ms = parseInstant(`${iso}${offset}`);
  if (Number.isNaN(ms)) return null;
  return offset === '+0000' ? `${iso}Z` : new Date(ms).toISOString().replace('.000Z', 'Z');
}

function orNull(text: string): string | null {
  return text === '-' ? null : text;
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|(.))/gs;
const LETTERS: Readonly<Record<string, string>> = { b: '\b', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * Undoes the server's escapes: \" \\ \n and the like, and \xhh for a byte. Where the bytes are not UTF-8 (a URL in
 * another character set), the text stays as the log has it, which loses nothing.
 */
function unescapeField(text: string): string {
  if (!text.includes('\\')) return text;
  // One character a byte, so that several \xhh together can be one character of UTF-8.
  const bytes = Buffer.from(
    Buffer.from(text, 'utf8')
      .toString('latin1')
      .replace(ESCAPE, (_all, hex: string | undefined, letter: string) =>
        hex === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    'latin1',
  );
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}

function duckdb({ pattern, fields: known }: AccessLog, fields: readonly string[], sql: FormatSql): string {
  const { text, name } = sql;
  const names = ['ip', 'user', 'time', 'request', 'status', 'bytes', ...known.slice(OF_COMMON.length)];
  const request = duckdbUnescaped('f.request');
  const part = (group: number) => `NULLIF(regexp_extract(${request}, ${text(REQUEST)}, ${group}), '')`;
  const isRequest = `regexp_matches(${request}, ${text(REQUEST)})`;
  const columns: Readonly<Record<string, string>> = {
    ip: 'f.ip',
    user: `NULLIF(f."user", '-')`,
    time: `strftime(make_timestamp(epoch_us(try_strptime(f."time", '%d/%b/%Y:%H:%M:%S %z'))), '%Y-%m-%dT%H:%M:%SZ')`,
    method: part(1),
    url: part(2),
    protocol: part(3),
    request: `CASE WHEN NOT ${isRequest} THEN NULLIF(${request}, '-') END`,
    status: 'f.status',
    bytes: `NULLIF(f.bytes, '-')`,
  };
  // A group that is not there is '', and so is one that is empty.
  const other = (field: string) =>
    field === 'forwarded_for'
      ? `NULLIF(NULLIF(${duckdbUnescaped(`f.${name(field)}`)}, '-'), '')`
      : `NULLIF(${duckdbUnescaped(`f.${name(field)}`)}, '-')`;
  const list = fields.map((field) => `${columns[field] ?? other(field)} AS ${name(field)}`);
  const groups = names.map(text).join(', ');
  const line = text(pattern.replaceAll('\r', String.raw`\r`));
  const parsed = `SELECT regexp_extract(line, ${line}, [${groups}]) AS f FROM ${duckdbLines(sql)} WHERE regexp_matches(line, ${line})`;
  return `(SELECT ${list.join(', ')} FROM (${parsed}) WHERE try_strptime(f."time", '%d/%b/%Y:%H:%M:%S %z') IS NOT NULL)`;
}

/** The escapes of quotes and backslashes; servers hardly write others of one letter. */
function duckdbUnescaped(field: string): string {
  return String.raw`regexp_replace(${field}, '\\(["\\])', '\1', 'g')`;
}
