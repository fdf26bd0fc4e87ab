import { type DecodedEvent, eventsOf } from '../../engine/decode/decoder.ts';
import { jsonLinesDecoder } from '../../engine/decode/json-lines.ts';

/** What the decoder told of one event: its value, or why there is none. */
export interface Told {
  readonly bytes: Buffer;
  readonly value?: unknown;
  readonly reason?: string;
}

/** Sentences of dead letters are for people: a hostile event must not make them as long as itself. */
export const LONGEST_MESSAGE = 500;

/** Decodes a record, and checks what is told of each event. */
export function tell(record: Uint8Array): Told[] {
  return [...eventsOf(jsonLinesDecoder.open(record))].map(toldOf);
}

function toldOf(event: DecodedEvent): Told {
  if (event.kind === 'value') return { bytes: Buffer.from(event.text), value: event.value };
  const { reason, message, bytes } = event;
  if (!message.endsWith('.') || message.length > LONGEST_MESSAGE) {
    throw new Error(`An event is refused as ${reason} without a sentence that helps: ${message}`);
  }
  return { bytes: Buffer.from(bytes), reason };
}

/** Decodes a record's first events, and then the rest with a fork of the reader: the same is told either way. */
export function tellInTwo(record: Uint8Array, first: number): Told[] {
  const reader = jsonLinesDecoder.open(record);
  const told: Told[] = [];
  while (told.length < first) {
    const event = reader.next();
    if (event === null) break;
    told.push(toldOf(event));
  }
  const fork = reader.fork();
  while (reader.next() !== null);
  for (const event of eventsOf(fork)) told.push(toldOf(event));
  return told;
}
