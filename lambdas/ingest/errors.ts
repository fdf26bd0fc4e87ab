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
export class IngestError extends Error {
  override readonly name = 'IngestError';
  readonly status: 400 | 404 | 413 | 415;
  readonly code: RefusalCode;

  constructor(status: 400 | 404 | 413 | 415, code: RefusalCode, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
