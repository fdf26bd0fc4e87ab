import type { StreamDefinition } from '../ir/stream-definition.ts';
import { isText } from '../ir/stream-format.ts';
import type { RecordDecoder } from './decoder.ts';
import { envelopeDecoder } from './envelope.ts';
import { jsonDecoder, jsonLinesDecoder } from './json-lines.ts';
import { MAX_RECORD_BYTES } from './limits.ts';
import { textDecoder } from './text-decoder.ts';

/** Reads the records of a stream, in its format. It is made once for each definition. */
export function decoderOf(stream: StreamDefinition): RecordDecoder {
  if (isPlainJson(stream)) return jsonLinesDecoder;
  const known = DECODERS.get(stream);
  if (known !== undefined) return known;
  const made = decoderFor(stream);
  DECODERS.set(stream, made);
  return made;
}

/** An event of the stream is a JSON value of a record. */
export function isPlainJson({ format, envelope }: StreamDefinition): boolean {
  return !isText(format) && envelope === null;
}

function decoderFor(stream: StreamDefinition): RecordDecoder {
  const { format, envelope } = stream;
  if (isText(format)) return textDecoder(stream, format);
  // Its events have the limit of events, and it holds many.
  return envelope === null ? jsonLinesDecoder : envelopeDecoder(jsonDecoder(MAX_RECORD_BYTES), envelope, stream);
}

const DECODERS = new WeakMap<StreamDefinition, RecordDecoder>();
