import { type DecodedEvent, eventsOf } from '../../../engine/decode/decoder.ts';
import { jsonLinesDecoder } from '../../../engine/decode/json-lines.ts';

/** All events of a record. */
export function decoded(data: Uint8Array | string): DecodedEvent[] {
  return [...eventsOf(jsonLinesDecoder.open(typeof data === 'string' ? Buffer.from(data) : data))];
}

export function valuesOf(data: Uint8Array | string): unknown[] {
  return decoded(data).map((event) => {
    if (event.kind === 'value') return event.value;
    throw new Error(`The decoder could not read an event: ${event.reason}, ${event.message}`);
  });
}

/** The values and, for what could not be read, the reasons. */
export function outcomes(data: Uint8Array | string): unknown[] {
  return decoded(data).map((event) => (event.kind === 'value' ? event.value : event.reason));
}
