import { jsonLinesDecoder } from '../../engine/decode/json-lines.ts';

/** What the decoder told of one event: its value, or why there is none. */
export interface Told {
  readonly bytes: Buffer;
  readonly value?: unknown;
  readonly reason?: string;
}

/** Sentences of dead letters are for people: a hostile event must not make them as long as itself. */
export const LONGEST_MESSAGE = 500;

/** Decodes a record, or its first events, and checks what is told of each. */
export function tell(record: Uint8Array, limit = Number.POSITIVE_INFINITY): Told[] {
  const told: Told[] = [];
  const goOn = (one: Told) => told.push(one) < limit;
  jsonLinesDecoder.decode(record, {
    value: (value, text) => goOn({ bytes: Buffer.from(text), value }),
    unreadable: (reason, message, bytes) => {
      if (!message.endsWith('.') || message.length > LONGEST_MESSAGE || message.endsWith('unknown reason.')) {
        throw new Error(`An event is refused as ${reason} without a sentence that helps: ${message}`);
      }
      return goOn({ bytes: Buffer.from(bytes), reason });
    },
  });
  return told;
}
