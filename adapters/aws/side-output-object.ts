import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { constants, gunzip, gzip, type ZlibOptions } from 'node:zlib';
import type { DeadReason, SideOutput } from '../../engine/ports/dead-letter-sink.ts';
import { formatInstant } from '../../engine/time/instant.ts';
import { formatSideOutputId, type SideOutputName } from '../side-output-id.ts';
import { ForeignDataError } from './errors.ts';

/** Where a version before this one kept a record: each in an object of its own, which is the one line and not packed. */
export function singleObjectKey(name: SideOutputName): string {
  return `${formatSideOutputId(name)}.json`;
}

/**
 * A line of an object: JSON, readable where the event was. `data` is the event's text, or where its bytes are
 * no valid UTF-8 their base64; `encoding` tells which. Times are ISO-8601.
 */
export function formatSideOutput(record: SideOutput): string {
  const { kind, stream, shard, position, arrivalMs } = record;
  const text = exactText(record.bytes);
  const what =
    record.kind === 'dead'
      ? {
          reason: record.reason,
          message: record.message,
          ...(record.events !== undefined && { events: record.events }),
        }
      : {
          eventTime: formatInstant(record.eventTimeMs),
          view: record.missed.view,
          windowStart: formatInstant(record.missed.windowStartMs),
          windowEnd: formatInstant(record.missed.windowEndMs),
        };
  return JSON.stringify({
    kind,
    ...what,
    stream,
    shard,
    sequence: position.sequence,
    index: position.index,
    arrival: arrivalMs === null ? null : formatInstant(arrivalMs),
    encoding: text === null ? 'base64' : 'utf-8',
    data: text ?? Buffer.from(record.bytes).toString('base64'),
  });
}

/** An object's content: a line for each record, packed as `gunzip` and most other tools read it. */
export function packSideOutputs(records: readonly SideOutput[]): Promise<Buffer> {
  const text = records.map((record) => `${formatSideOutput(record)}\n`).join('');
  return gzipAsync(text, { level: constants.Z_BEST_SPEED });
}

/** @throws ForeignDataError where the bytes are not packed, or damaged. */
export async function unpackSideOutputs(bytes: Uint8Array): Promise<readonly string[]> {
  const unpacked = await gunzipAsync(bytes).catch((cause: { readonly message: string }) => {
    throw new ForeignDataError(`The object holds no packed dead letters or late events: ${cause.message}.`, { cause });
  });
  return unpacked
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

const gzipAsync = promisify<string, ZlibOptions, Buffer>(gzip);
const gunzipAsync = promisify<Uint8Array, Buffer>(gunzip);

/**
 * Reads back what `formatSideOutput` wrote, for a redrive.
 *
 * @throws ForeignDataError where the text is nothing that it writes.
 */
export function parseSideOutput(text: string): SideOutput {
  try {
    const object = JSON.parse(text) as SideOutputObject;
    if (!Number.isSafeInteger(object.index)) throw new ForeignDataError(`"index" is ${JSON.stringify(object.index)}`);
    const base = {
      stream: textOf(object, 'stream'),
      shard: textOf(object, 'shard'),
      position: { sequence: textOf(object, 'sequence'), index: object.index },
      arrivalMs: object.arrival === null ? null : instantOf(object.arrival),
      bytes: bytesOf(object),
    };
    if (object.kind === 'dead') {
      return {
        ...base,
        kind: 'dead',
        reason: textOf(object, 'reason') as DeadReason,
        message: textOf(object, 'message'),
        ...(object.events !== undefined && { events: object.events }),
      };
    }
    if (object.kind !== 'late') throw new ForeignDataError(`its kind is ${JSON.stringify(object.kind)}`);
    const missed = {
      view: textOf(object, 'view'),
      windowStartMs: instantOf(object.windowStart),
      windowEndMs: instantOf(object.windowEnd),
    };
    return { ...base, kind: 'late', eventTimeMs: instantOf(object.eventTime), missed };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ForeignDataError(
      `This is neither a dead letter nor a late event of streamgauge, because ${why}: ${text.slice(0, 200)}`,
      {
        cause: error,
      },
    );
  }
}

interface SideOutputObject {
  readonly kind: string;
  readonly stream: string;
  readonly shard: string;
  readonly sequence: string;
  readonly index: number;
  readonly arrival: string | null;
  readonly encoding: string;
  readonly data: string;
  readonly reason: string;
  readonly message: string;
  readonly events?: number;
  readonly eventTime: string;
  readonly view: string;
  readonly windowStart: string;
  readonly windowEnd: string;
}

function textOf(
  object: SideOutputObject,
  name: 'stream' | 'shard' | 'sequence' | 'reason' | 'message' | 'view' | 'data',
): string {
  if (typeof object[name] === 'string') return object[name];
  throw new ForeignDataError(`"${name}" is ${JSON.stringify(object[name])}`);
}

function instantOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new ForeignDataError(`${JSON.stringify(text)} is no time`);
  return ms;
}

function bytesOf(object: SideOutputObject): Uint8Array {
  const data = textOf(object, 'data');
  if (object.encoding === 'utf-8') return Buffer.from(data, 'utf8');
  if (object.encoding === 'base64') return Buffer.from(data, 'base64');
  throw new ForeignDataError(`"encoding" is ${JSON.stringify(object.encoding)}`);
}

/** The text that these bytes are, or null where they would not be the same bytes again. A byte order mark is kept. */
function exactText(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : null;
}
