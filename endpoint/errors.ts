import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** What the reply calls the reason, for the client's program. */
export type RefusalCode =
  | 'unknown_stream'
  | 'unsupported_content_type'
  | 'unsupported_content_encoding'
  | 'too_large'
  | 'too_many_events'
  | 'corrupt_compression'
  | 'not_utf8'
  | 'not_json'
  | 'no_events';

/** A request that is refused as a whole: nothing of it was put to the stream. The message is the client's to read. */
export class IngestError extends StreamgaugeError {
  override readonly name = 'IngestError';
  readonly status: 400 | 404 | 413 | 415;
  readonly code = 'ingestRefused';
  readonly refusal: RefusalCode;

  constructor(status: 400 | 404 | 413 | 415, refusal: RefusalCode, message: string) {
    super(message);
    this.status = status;
    this.refusal = refusal;
  }
}
