import type { KinesisRecord } from '../adapters/aws/kinesis-writer.ts';
import { partitionKeyOf } from '../engine/decode/partition-key.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import { MAX_EVENT_BYTES, RECORD_BYTES } from './limits.ts';
import type { RequestEvent } from './request-body.ts';

export interface PackedEvents {
  readonly records: readonly KinesisRecord[];
  /** Indexes of each record's events. */
  readonly eventsOfRecord: readonly (readonly number[])[];
  readonly refused: ReadonlyMap<number, 'not_json' | 'too_large'>;
}

/**
 * Events as records: those of one key as lines of one record as far as they fit, in their order, behind their header. An event that has no key
 * goes by its own text, to become a dead letter on any shard.
 */
export function packEvents(events: readonly RequestEvent[], stream: StreamDefinition): PackedEvents {
  const records: { partitionKey: string; head: string; lines: string[]; bytes: number; events: number[] }[] = [];
  const lastOfKey = new Map<string, (typeof records)[number]>();
  const refused = new Map<number, 'not_json' | 'too_large'>();
  for (const [index, { head, text, value }] of events.entries()) {
    const bytes = Buffer.byteLength(text);
    const headBytes = Buffer.byteLength(head);
    if (value === undefined || headBytes + bytes > MAX_EVENT_BYTES) {
      refused.set(index, value === undefined ? 'not_json' : 'too_large');
      continue;
    }
    const partitionKey = partitionKeyOf(stream, value, text) ?? text;
    let record = lastOfKey.get(partitionKey);
    if (record === undefined || record.bytes + 1 + bytes > RECORD_BYTES) {
      record = { partitionKey, head, lines: [], bytes: headBytes - 1, events: [] };
      records.push(record);
      lastOfKey.set(partitionKey, record);
    }
    record.lines.push(text);
    record.bytes += 1 + bytes;
    record.events.push(index);
  }
  return {
    records: records.map(({ partitionKey, head, lines }) => ({
      partitionKey,
      data: Buffer.from(head + lines.join('\n')),
    })),
    eventsOfRecord: records.map((record) => record.events),
    refused,
  };
}
