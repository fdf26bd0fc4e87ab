import type { DeadReason } from '../ports/dead-letter-sink.ts';

/**
 * Turns a record's bytes into events. A record may hold one event or many; formats are implementations of this.
 *
 * The decoder calls its sink once for every event that was delivered, readable or not, in order: the calls are counted,
 * and the n-th is the event with index n at this record's position.
 */
export interface RecordDecoder {
  decode(data: Uint8Array, sink: DecodeSink): void;
}

export interface DecodeSink {
  /** A JSON value that may be an event, and its text. Return false to stop: the rest of the record is not wanted yet. */
  value(value: unknown, text: string): boolean;
  /** Something that is no event. Return false to stop. */
  unreadable(reason: DeadReason, message: string, bytes: Uint8Array): boolean;
}
