import { isUtf8 } from 'node:buffer';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseInstant } from '../engine/time/instant.ts';
import { gzipped } from '../runtime/files/gzip.ts';
import { writeWhole } from '../runtime/files/write-whole.ts';
import { readLines } from '../runtime/input/lines.ts';
import { AS_LINES } from '../runtime/input/split-lines.ts';

const HELP = `Turn an Apache access log (combined format) into JSON Lines.

Usage: node scripts/convert-apache-log.ts IN[.gz] OUT[.gz]

Each line becomes one object: ip, user, time (ISO-8601, UTC), method, url, protocol, status, bytes, referrer, user_agent.
What the log writes as - is null. The ident field, which servers leave empty, is left out. Where the request line is no
HTTP request, method, url and protocol are null and a field request holds it.

Lines stay in their order. A line that is not in the combined format is written as it is, so that the pipeline keeps it
as a dead letter. The same input always gives the same bytes.
`;

/** One line of an access log. Field names are those of the JSON. */
export interface AccessLogEntry {
  readonly ip: string;
  readonly user: string | null;
  /** ISO-8601 in UTC, to the second, as the log has it. */
  readonly time: string;
  readonly method: string | null;
  readonly url: string | null;
  readonly protocol: string | null;
  /** Only where the request line is no HTTP request: the line itself. */
  readonly request?: string;
  readonly status: number;
  /** Bytes of the response's body; null where none was sent. */
  readonly bytes: number | null;
  readonly referrer: string | null;
  readonly user_agent: string | null;
}

export interface Conversion {
  readonly lines: number;
  /** Lines that are not in the combined format and were written as they are. */
  readonly unparsed: number;
}

// A quoted field ends at the first quote without a backslash before it.
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const COMBINED = new RegExp(
  String.raw`^(\S+) \S+ (.+?) \[([^\]]{1,40})\] ${QUOTED} (\d{3}) (\d+|-) ${QUOTED} ${QUOTED}\r?$`,
  's',
);
const REQUEST = /^([A-Za-z][A-Za-z0-9_-]*) (\S+)(?: (HTTP\/\d(?:\.\d)?))?$/;
const TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The entry of a line, or null where the line is not in the combined format. */
export function parseCombined(line: string): AccessLogEntry | null {
  const match = COMBINED.exec(line);
  if (!match) return null;
  const [, ip, user, stamp, request, status, bytes, referrer, userAgent] = match as unknown as string[];
  const time = parseLogTime(stamp as string);
  if (time === null) return null;
  const text = unescapeField(request as string);
  const [, method = null, url = null, protocol = null] = REQUEST.exec(text) ?? [];
  return {
    ip: ip as string,
    user: orNull(user as string),
    time,
    method,
    url,
    protocol,
    ...(method === null && text !== '-' && { request: text }),
    status: Number(status),
    bytes: bytes === '-' ? null : Number(bytes),
    referrer: orNull(unescapeField(referrer as string)),
    user_agent: orNull(unescapeField(userAgent as string)),
  };
}

/** The line of the output for a line of the log. Bytes that are not UTF-8 make it unparsed, and stay as they are. */
export function convertLine(line: Buffer): { readonly data: Buffer; readonly parsed: boolean } {
  const entry = isUtf8(line) ? parseCombined(line.toString('utf8')) : null;
  return entry === null ? { data: line, parsed: false } : { data: Buffer.from(JSON.stringify(entry)), parsed: true };
}

/** Converts a file. The output appears whole or not at all. */
export async function convertLog(input: string, output: string): Promise<Conversion> {
  const counts = { lines: 0, unparsed: 0 };
  async function* lines() {
    for await (const line of readLines(input, undefined, AS_LINES)) {
      const { data, parsed } = convertLine(line.bytes);
      counts.lines++;
      if (!parsed) counts.unparsed++;
      yield Buffer.concat([data, NEWLINE]);
    }
  }
  await writeWhole(output, output.endsWith('.gz') ? withoutSystemByte(gzipped(lines(), 9)) : lines());
  return counts;
}

function parseLogTime(stamp: string): string | null {
  const [, day, monthName, year, clock, offset] = TIME.exec(stamp) ?? [];
  const month = MONTHS.indexOf(monthName ?? '') + 1;
  if (month === 0) return null;
  const ms = parseInstant(`${year}-${String(month).padStart(2, '0')}-${day}T${clock}${offset}`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString().replace('.000Z', 'Z');
}

function orNull(text: string): string | null {
  return text === '-' ? null : text;
}

const NEWLINE = Buffer.from('\n');
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

const GZIP_SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

/** A gzip header names the operating system that it was made on (its time is 0 already): the same bytes everywhere. */
async function* withoutSystemByte(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const chunk of chunks) {
    const at = GZIP_SYSTEM_BYTE - offset;
    if (at >= 0 && at < chunk.length) chunk[at] = UNKNOWN_SYSTEM;
    offset += chunk.length;
    yield chunk;
  }
}

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const [input, output, extra] = positionals;
    if (input === undefined || output === undefined || extra !== undefined) {
      process.stderr.write('Give two files: the access log and where to write the JSON Lines. See --help.\n');
      return 2;
    }
    const { lines, unparsed } = await convertLog(input, output);
    process.stderr.write(
      `${lines} lines written to ${output}, ${unparsed} of them as they were (not in the format).\n`,
    );
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  void main().then((code) => {
    process.exitCode = code;
  });
}
