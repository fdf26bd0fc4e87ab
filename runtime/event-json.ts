import { isUtf8 } from 'node:buffer';

/** An event's bytes as a property of a JSON object: text where they are text, otherwise base64. */
export function eventJson(bytes: Uint8Array): { readonly event: string } | { readonly event_base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return isUtf8(buffer) ? { event: buffer.toString('utf8') } : { event_base64: buffer.toString('base64') };
}
