import type { DecodeSink, RecordDecoder } from './decoder.ts';
import type { RecordPart, SourceRecord } from './source-record.ts';

export interface RecordSink extends DecodeSink {
  /** An event that is delivered once more, elsewhere, where it counts. Return false to stop. */
  copy(): boolean;
}

/** Tells the sink of all events of a record, part by part. The n-th call is the event with index n at its position. */
export function decodeRecord(decoder: RecordDecoder, record: SourceRecord, sink: RecordSink): void {
  if (record.parts === undefined) {
    decoder.decode(record.data, sink);
    return;
  }
  for (const part of record.parts) if (!decodePart(decoder, part, sink)) return;
}

/** False once the sink wants no more. */
function decodePart(decoder: RecordDecoder, part: RecordPart, sink: RecordSink): boolean {
  if (part.kind === 'unreadable') return sink.unreadable(part.reason, part.message, part.data);
  let goesOn = true;
  const told = (goOn: boolean) => {
    goesOn = goOn;
    return goOn;
  };
  const copy = () => told(sink.copy());
  decoder.decode(
    part.data,
    part.kind === 'copy'
      ? { value: copy, unreadable: copy }
      : {
          value: (value, text) => told(sink.value(value, text)),
          unreadable: (reason, message, bytes) => told(sink.unreadable(reason, message, bytes)),
        },
  );
  return goesOn;
}
