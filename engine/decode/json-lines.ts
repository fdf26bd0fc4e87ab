import { isAscii, isUtf8 } from 'node:buffer';
import type { DecodedEvent, RecordDecoder } from './decoder.ts';
import { JsonFramer } from './json-framer.ts';
import { JsonReader } from './json-reader.ts';
import { MAX_EVENT_BYTES } from './limits.ts';
import { SingleReader } from './single-reader.ts';
import { unpackRecord } from './unpack-record.ts';

/**
 * One JSON event a record, or many: as JSON Lines, as an array, or in any other way that a `JsonFramer` takes apart. Plain, gzip or
 * zstd. Empty lines are no events. A value of more than `maxBytes` is none.
 */
export function jsonDecoder(maxBytes: number): RecordDecoder<DecodedEvent> {
  return {
    open(data) {
      const bytes = unpackRecord(data);
      if (bytes instanceof SingleReader) return bytes;
      const ascii = isAscii(bytes) ? bytes.toString('latin1') : null;
      const isText = ascii !== null || isUtf8(bytes);
      return new JsonReader({ bytes, data, isText, ascii }, new JsonFramer(maxBytes), maxBytes);
    },
  };
}

export const jsonLinesDecoder: RecordDecoder<DecodedEvent> = jsonDecoder(MAX_EVENT_BYTES);
