import { isUtf8 } from 'node:buffer';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RowFault } from '../engine/formats/format.ts';
import { formatOf } from '../engine/formats/registry.ts';
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

const COMBINED = formatOf({ kind: 'apache-combined' }).compile({ kind: 'apache-combined' }).reader();

/** The entry of a line, or null where the line is not in the combined format. */
export function parseCombined(line: string): AccessLogEntry | null {
  const fields = COMBINED.read(line);
  if (fields instanceof RowFault) return null;
  const { request, status, bytes, ...rest } = fields;
  const { ip, user, time, method, url, protocol, referrer, user_agent } = rest as unknown as AccessLogEntry;
  return {
    ip,
    user,
    time,
    method,
    url,
    protocol,
    ...(typeof request === 'string' && { request }),
    status: Number(status),
    bytes: typeof bytes === 'string' ? Number(bytes) : null,
    referrer,
    user_agent,
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

const NEWLINE = Buffer.from('\n');

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
