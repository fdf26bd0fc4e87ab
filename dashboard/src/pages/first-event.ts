import type { StreamDescription } from '../../../api/schemas/pipeline.ts';

/** How a first event is sent by hand: what a reader copies. Pure, so that tests can run it. */

export const WAYS = [
  ['curl', 'curl'],
  ['typescript', 'TypeScript'],
  ['file', 'A file'],
  ['aws', 'AWS CLI'],
] as const;
export type Way = (typeof WAYS)[number][0];

type Stream = Pick<StreamDescription, 'name' | 'format' | 'example' | 'event_time' | 'partition_key'>;

/** Rows of a format have no example: they lie in a file. */
export const isOfRows = ({ format }: Pick<Stream, 'format'>) => format !== 'json';

export function firstEvent(way: Way, stream: Stream, origin: string): string {
  if (isOfRows(stream)) return rowsCommand(stream, origin);
  switch (way) {
    case 'curl':
      return curlCommand(stream, origin);
    case 'typescript':
      return fetchCall(stream, origin);
    case 'file':
      return `curl ${addressOf(stream, origin)} \\\n  -H 'content-type: application/x-ndjson' \\\n  --data-binary @${stream.name}.jsonl`;
    case 'aws':
      return `AWS_ENDPOINT_URL_KINESIS=${origin} \\\n  ${kinesisCommand(stream, quoted(stream.name))}`;
  }
}

/** A command that a shell takes as it is: the event's quotes are its own, and its time is that at which the command runs. */
export function curlCommand(stream: Stream, origin: string): string {
  if (isOfRows(stream)) return rowsCommand(stream, origin);
  return `curl ${addressOf(stream, origin)} \\\n  -H 'content-type: application/json' \\\n  -d ${shellBody(stream)}`;
}

/** Sends an event that fits no schema, to see what becomes of it: every schema asks for the event's time. */
export function brokenEvent(stream: Pick<Stream, 'name' | 'format'>, origin: string): string {
  if (isOfRows(stream))
    return `curl ${addressOf(stream, origin)} \\\n  -H 'content-type: text/plain' \\\n  -d 'fits="no schema'`;
  return `curl ${addressOf(stream, origin)} \\\n  -H 'content-type: application/json' \\\n  -d '{"fits": "no schema"}'`;
}

/** To the stream of a deployed stack, whose name an output of the stack says. */
export function deployedCommand(stream: Stream): string {
  return kinesisCommand(stream, '"$STREAM"');
}

/** Each file begins as files of the format do, with a header say. */
function rowsCommand(stream: Pick<Stream, 'name' | 'format'>, origin: string): string {
  return `curl ${addressOf(stream, origin)} \\\n  -H 'content-type: text/plain' \\\n  --data-binary @${fileOf(stream)}`;
}

function fileOf({ name, format }: Pick<Stream, 'name' | 'format'>): string {
  return `${name}.${format === 'csv' || format === 'tsv' ? format : 'log'}`;
}

function kinesisCommand(stream: Stream, name: string): string {
  if (isOfRows(stream)) {
    return `aws kinesis put-record --stream-name ${name} --partition-key ${quoted(stream.name)} \\\n  --data fileb://${fileOf(stream)}`;
  }
  const key = quoted(String(stream.example[stream.partition_key] ?? stream.name));
  return `aws kinesis put-record --stream-name ${name} --partition-key ${key} \\\n  --cli-binary-format raw-in-base64-out \\\n  --data ${shellBody(stream)}`;
}

function addressOf({ name }: Pick<Stream, 'name'>, origin: string): string {
  return `${origin}/streams/${encodeURIComponent(name)}/events`;
}

const NOW = '@now@';

function shellBody({ example, event_time: field }: Stream): string {
  const time = example[field];
  const body = quoted(JSON.stringify(canBeNow(time) ? { ...example, [field]: NOW } : example));
  return body.replace(`"${NOW}"`, shellTime(time));
}

/** Other texts, and times inside of objects or under other names, stay as the example has them: the time at which it was asked for. */
function canBeNow(time: unknown): boolean {
  return typeof time === 'number' || (typeof time === 'string' && /^\d{4}-\d\d-\d\dT/.test(time));
}

/** The time of now in the form of the example's, between the quotes that stand around it. */
function shellTime(time: unknown): string {
  return typeof time === 'number'
    ? `'$(date +%s)'${'0'.repeat(digitsBeyondSeconds(time))}`
    : `"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"`;
}

function fetchCall(stream: Stream, origin: string): string {
  const { example, event_time: field } = stream;
  const time = example[field];
  const fields = JSON.stringify(canBeNow(time) ? { ...example, [field]: NOW } : example, null, 2);
  const body = fields.replace(`"${NOW}"`, codeTime(time)).replaceAll('\n', '\n  ');
  return `await fetch(${JSON.stringify(addressOf(stream, origin))}, {\n  method: 'POST',\n  headers: { 'content-type': 'application/json' },\n  body: JSON.stringify(${body}),\n});`;
}

function codeTime(time: unknown): string {
  if (typeof time !== 'number') return 'new Date().toISOString()';
  const digits = digitsBeyondSeconds(time);
  return digits === 0
    ? 'Math.floor(Date.now() / 1000)'
    : digits === 3
      ? 'Date.now()'
      : `${10 ** (digits - 3)} * Date.now()`;
}

/** Seconds have ten digits until 2286. */
function digitsBeyondSeconds(time: number): number {
  return Math.max(0, String(Math.floor(time)).length - 10);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
