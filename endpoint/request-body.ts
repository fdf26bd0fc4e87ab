import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import { isText, type TextFormatKind } from '../engine/ir/stream-format.ts';
import { IngestError } from './errors.ts';
import { jsonElements, onOneLine } from './json-elements.ts';
import { MAX_BODY_BYTES, MAX_EVENTS } from './limits.ts';
import { rowEvents } from './row-events.ts';

/** One event of a request. Its place in the list is its index in the answer. */
export interface RequestEvent {
  /** What has to be in front of events in a record: a header with its line break, or nothing. */
  readonly head: string;
  /** As the client wrote it; JSON on one line. */
  readonly text: string;
  /** Undefined where the text should be JSON and is none. */
  readonly value: unknown;
}

/** What a client sent. */
export interface EventsRequest {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly body: Buffer;
}

/**
 * The events of a request, in the format of the stream.
 *
 * @throws IngestError where the request is refused as a whole.
 */
export function eventsOf(request: EventsRequest, stream: StreamDefinition): RequestEvent[] {
  const form = formOf(request.contentType, stream);
  const bytes = textBytes(request);
  const events = form === 'rows' ? rowEvents(stream, bytes) : eventsOfJson(form, bytes);
  if (events.length === 0) {
    throw new IngestError(400, 'no_events', 'The request has no event: its body is empty. Send at least one.');
  }
  if (events.length > MAX_EVENTS) {
    throw new IngestError(
      413,
      'too_many_events',
      `The request has ${events.length} events, and at most ${MAX_EVENTS} are taken. Send them in several requests.`,
    );
  }
  return events;
}

type Form = 'json' | 'lines' | 'rows';

const JSON_FORMS: ReadonlyMap<string, Form> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'lines'],
  ['application/ndjson', 'lines'],
  ['application/jsonl', 'lines'],
]);

/** Rows come under the name of their format, or of any text. API Gateway hands octets on as they are, and so what is packed. */
const ROWS_OF_ANY = ['text/plain', 'application/octet-stream'] as const;
const ROWS_OF: Readonly<Partial<Record<TextFormatKind, string>>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
};

function formOf(header: string | undefined, { name, format }: StreamDefinition): Form {
  const type = (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const rows = isText(format) ? [ROWS_OF[format.kind] ?? [], ROWS_OF_ANY].flat() : [];
  const form = isText(format) ? (rows.includes(type) ? 'rows' : undefined) : JSON_FORMS.get(type);
  if (form !== undefined) return form;
  const found = header === undefined ? 'The request has no content-type' : `The content-type is '${header}'`;
  const wanted = isText(format)
    ? `stream '${name}' takes ${format.kind}, as ${rows.join(' or ')}.`
    : 'it must be application/json for one event or an array of events, or application/x-ndjson for one event a line.';
  throw new IngestError(415, 'unsupported_content_type', `${found}: ${wanted}`);
}

function textBytes({ contentEncoding, body }: EventsRequest): Buffer {
  const bytes = unpacked(body, contentEncoding);
  if (bytes.length > MAX_BODY_BYTES) throw tooLarge(`The body has ${bytes.length} bytes`);
  if (!isUtf8(bytes)) throw new IngestError(400, 'not_utf8', 'The body is not text in UTF-8.');
  return bytes;
}

function eventsOfJson(form: 'json' | 'lines', bytes: Buffer): RequestEvent[] {
  // A byte order mark is no part of the text.
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const events = form === 'lines' ? lineEvents(text) : jsonEvents(text);
  return events.map((event) => ({ head: '', ...event }));
}

function unpacked(sent: Buffer, encoding = 'identity'): Buffer {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return sent;
  if (name !== 'gzip') {
    throw new IngestError(
      415,
      'unsupported_content_encoding',
      `The content-encoding is '${encoding}': it must be gzip, or left out.`,
    );
  }
  try {
    return gunzipSync(sent, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge('The body unfolds to more');
    throw new IngestError(
      400,
      'corrupt_compression',
      `The content-encoding is gzip, and the body cannot be unpacked (${message}): it is cut short, damaged, or no gzip.`,
    );
  }
}

function tooLarge(found: string): IngestError {
  const advice = `at most ${MAX_BODY_BYTES} are taken, unpacked. Send the events in several requests.`;
  return new IngestError(413, 'too_large', `${found}, and ${advice}`);
}

/** Blank lines are no events. */
function lineEvents(text: string): Omit<RequestEvent, 'head'>[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map((line) => ({ text: line, value: parse(line) }));
}

function jsonEvents(text: string): Omit<RequestEvent, 'head'>[] {
  if (text.trim() === '') return [];
  const value = parse(text);
  if (value === undefined) {
    throw new IngestError(
      400,
      'not_json',
      'The body is not JSON. With content-type application/json it must be one event or an array of events.',
    );
  }
  if (!Array.isArray(value)) return [{ text: onOneLine(text), value }];
  return jsonElements(text).map((element, index) => ({ text: element, value: value[index] }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
