import type { StreamDefinition } from '../ir/stream-definition.ts';
import { isText } from '../ir/stream-format.ts';
import type { RecordDecoder } from './decoder.ts';
import { jsonLinesDecoder } from './json-lines.ts';
import { textDecoder } from './text-decoder.ts';

/** Reads the records of a stream, in its format. It is made once for each definition. */
export function decoderOf(stream: StreamDefinition): RecordDecoder {
  const { format } = stream;
  if (!isText(format)) return jsonLinesDecoder;
  const known = TEXT_DECODERS.get(stream);
  if (known !== undefined) return known;
  const made = textDecoder(stream, format);
  TEXT_DECODERS.set(stream, made);
  return made;
}

const TEXT_DECODERS = new WeakMap<StreamDefinition, RecordDecoder>();
