import { eventsOf } from '../engine/decode/decoder.ts';
import { decoderOf } from '../engine/decode/decoder-of.ts';
import { RowsReader } from '../engine/decode/text-decoder.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import type { RequestEvent } from './request-body.ts';

/**
 * The rows of a body in the stream's format. One that is not in it is an event too: the pipeline makes the dead letter of it that it
 * would make of a file's.
 */
export function rowEvents(stream: StreamDefinition, body: Buffer): RequestEvent[] {
  const reader = decoderOf(stream).open(body);
  if (!(reader instanceof RowsReader)) return [];
  const events: RequestEvent[] = [];
  for (const event of eventsOf(reader)) {
    if (event.kind === 'unreadable' && event.reason === 'empty_record') continue;
    const kept = event.kind === 'value' ? event.text : Buffer.from(event.bytes).toString();
    const head = reader.head === null ? '' : `${reader.head}\n`;
    const value = event.kind === 'value' ? event.value : null;
    events.push({ head, text: kept.slice(head.length), value });
  }
  return events;
}
