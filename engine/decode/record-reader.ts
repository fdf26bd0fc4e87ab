import type { EventReader, RecordContent, RecordDecoder } from './decoder.ts';
import { SingleReader } from './single-reader.ts';
import type { RecordPart, SourceRecord } from './source-record.ts';

/** `copy`: an event that is delivered once more, elsewhere, where it counts. */
export type RecordEvent = RecordContent | { readonly kind: 'copy' };

const COPY: RecordEvent = { kind: 'copy' };

/** Reads all events of a record, part by part. */
export class RecordReader implements EventReader<RecordEvent> {
  readonly #decoder: RecordDecoder;
  readonly #parts: readonly RecordPart[];
  #part: number;
  /** Of the part; null behind the last. A fork shares what it has unpacked. */
  #reader: EventReader<RecordContent> | null;

  private constructor(
    decoder: RecordDecoder,
    parts: readonly RecordPart[],
    part: number,
    reader: EventReader<RecordContent> | null,
  ) {
    this.#decoder = decoder;
    this.#parts = parts;
    this.#part = part;
    this.#reader = reader;
  }

  static open(decoder: RecordDecoder, { data, parts = [{ kind: 'payload', data }] }: SourceRecord): RecordReader {
    return new RecordReader(decoder, parts, 0, openPart(decoder, parts[0]));
  }

  next(): RecordEvent | null {
    while (this.#reader !== null) {
      const event = this.#reader.next();
      if (event !== null) return this.#parts[this.#part]?.kind === 'copy' ? COPY : event;
      this.#part++;
      this.#reader = openPart(this.#decoder, this.#parts[this.#part]);
    }
    return null;
  }

  fork(): RecordReader {
    return new RecordReader(this.#decoder, this.#parts, this.#part, this.#reader?.fork() ?? null);
  }
}

function openPart(decoder: RecordDecoder, part: RecordPart | undefined): EventReader<RecordContent> | null {
  if (part === undefined) return null;
  if (part.kind !== 'unreadable') return decoder.open(part.data);
  const { reason, message, data } = part;
  return new SingleReader({ kind: 'unreadable', reason, message, bytes: data });
}
