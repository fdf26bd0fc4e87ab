import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import { isText } from '../engine/ir/stream-format.ts';
import type { SideOutput } from '../engine/ports/dead-letter-sink.ts';
import type { Payload, RedriveNote, StoredSideOutput } from '../engine/ports/dead-letter-store.ts';
import { formatPosition } from '../engine/ports/position.ts';
import { formatInstant } from '../engine/time/instant.ts';
import { partitionKeyOfLine } from './shard-of.ts';
import { formatSideOutputId, sideOutputName } from './side-output-id.ts';

/** A dead letter or late event as a store of them gives it out. `definition` is of its stream. */
export function storedSideOutput(
  record: SideOutput,
  definition: StreamDefinition,
  redrive: RedriveNote | null,
): StoredSideOutput {
  const { kind, stream, shard, position, arrivalMs } = record;
  return {
    ...{ id: formatSideOutputId(sideOutputName(record)), kind, stream, shard, position, arrivalMs },
    reason: record.kind === 'dead' ? record.reason : 'late',
    message: record.kind === 'dead' ? record.message : missedInWords(record),
    missed: record.kind === 'late' ? { ...record.missed, eventTimeMs: record.eventTimeMs } : null,
    payloads: [payloadOf(record, definition)],
    redrive,
  };
}

function missedInWords({ eventTimeMs, missed }: Extract<SideOutput, { kind: 'late' }>): string {
  const { view, windowStartMs, windowEndMs } = missed;
  return `The event of ${formatInstant(eventTimeMs)} missed the window from ${formatInstant(windowStartMs)} to ${formatInstant(windowEndMs)} of view '${view}'.`;
}

/** Characters that Kinesis allows a partition key. */
const MAX_PARTITION_KEY = 256;

/**
 * The event's bytes, under the partition key that its producer has to use, so that it goes to the shard of its duplicates.
 * What has no such key goes by its position: the same each time. Events that share a letter came in one record and go back
 * in one, under the key of the first that has one.
 */
function payloadOf(record: SideOutput, definition: StreamDefinition): Payload {
  const { bytes, shard, position } = record;
  const isShared = record.kind === 'dead' && record.events !== undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLines = isShared && !isText(definition.format);
  const key = isLines ? firstKey(text, definition) : keyOf(text, definition);
  const partitionKey = key?.slice(0, MAX_PARTITION_KEY).toWellFormed() ?? `${shard}:${formatPosition(position)}`;
  return { partitionKey, data: bytes };
}

function firstKey(lines: Buffer, definition: StreamDefinition): string | null {
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf('\n', from);
    const key = keyOf(lines.subarray(from, end === -1 ? lines.length : end), definition);
    if (key !== null) return key;
    from = end === -1 ? lines.length : end + 1;
  }
  return null;
}

/** Null where the line names no key, or none that can be used. */
function keyOf(line: Buffer, definition: StreamDefinition): string | null {
  const key = partitionKeyOfLine(definition, line);
  return key === '' || key === line.toString('utf8') ? null : key;
}
