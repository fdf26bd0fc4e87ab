import { jsonLinesDecoder } from '../../../engine/decode/json-lines.ts';

/** What a decoder told its sink, call by call. */
export type Call =
  | { readonly kind: 'value'; readonly value: unknown; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly message: string; readonly bytes: Uint8Array };

/** All calls for a record, or the first `limit` of them, after which the sink wants no more. */
export function decoded(data: Uint8Array | string, limit = Number.POSITIVE_INFINITY): Call[] {
  const calls: Call[] = [];
  const goOn = (call: Call) => calls.push(call) < limit;
  jsonLinesDecoder.decode(typeof data === 'string' ? Buffer.from(data) : data, {
    value: (value, text) => goOn({ kind: 'value', value, text }),
    unreadable: (reason, message, bytes) => goOn({ kind: 'unreadable', reason, message, bytes }),
  });
  return calls;
}

export function valuesOf(data: Uint8Array | string): unknown[] {
  return decoded(data).map((call) => {
    if (call.kind === 'value') return call.value;
    throw new Error(`The decoder could not read an event: ${call.reason}, ${call.message}`);
  });
}

/** The values and, for what could not be read, the reasons. */
export function outcomes(data: Uint8Array | string): unknown[] {
  return decoded(data).map((call) => (call.kind === 'value' ? call.value : call.reason));
}
