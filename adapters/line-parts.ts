import { type DecodedEvent, eventsOf } from '../engine/decode/decoder.ts';
import { isPlainJson } from '../engine/decode/decoder-of.ts';
import { jsonLinesDecoder } from '../engine/decode/json-lines.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import { partitionKeyOfLine } from './shard-of.ts';

/** What of a line belongs to one shard. */
export interface LinePart {
  readonly partitionKey: string;
  readonly bytes: Buffer;
}

/** A line, or each event of one that is several: they may belong to different shards. */
export function partsOfLine(stream: StreamDefinition, line: Buffer): readonly LinePart[] {
  const partitionKey = partitionKeyOfLine(stream, line);
  const whole = [{ partitionKey, bytes: line }];
  // The events of an envelope, and rows without their header, are none by themselves.
  if (!isPlainJson(stream)) return whole;
  // A line that is no event of its own goes by its text.
  if (Buffer.byteLength(partitionKey) !== line.length) return whole;
  const events = [...eventsOf(jsonLinesDecoder.open(line))].map(bytesOf);
  return events.length < 2
    ? whole
    : events.map((bytes) => ({ partitionKey: partitionKeyOfLine(stream, bytes), bytes }));
}

function bytesOf(event: DecodedEvent): Buffer {
  return Buffer.from(event.kind === 'value' ? event.text : event.bytes);
}
