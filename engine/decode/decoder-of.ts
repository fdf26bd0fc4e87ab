import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { RecordDecoder } from './decoder.ts';
import { envelopeDecoder } from './envelope.ts';
import { jsonDecoder, jsonLinesDecoder } from './json-lines.ts';
import { MAX_RECORD_BYTES } from './limits.ts';

/** Reads the records of a stream. */
export function decoderOf(stream: StreamDefinition): RecordDecoder {
  const { envelope } = stream;
  if (envelope === null) return jsonLinesDecoder;
  // Its events have the limit of events, and it holds many.
  return envelopeDecoder(jsonDecoder(MAX_RECORD_BYTES), envelope, stream);
}
