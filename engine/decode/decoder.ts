import type { DeadReason } from '../ports/dead-letter-sink.ts';

/** Turns a record's bytes into events. A record may hold one event or many; formats are implementations of this. */
export interface RecordDecoder<Content = RecordContent> {
  open(data: Uint8Array): EventReader<Content>;
}

/**
 * Reads events one by one, in order and each once, readable or not: the n-th is the event with index n at the record's
 * position.
 */
export interface EventReader<Event> {
  /** The next event; null where there is none left. */
  next(): Event | null;
  /** A second reader, which goes on from here by itself. */
  fork(): EventReader<Event>;
}

export type DecodedEvent =
  /** A value that may be an event, and what it was read from. */
  | {
      readonly kind: 'value';
      readonly value: unknown;
      /** The event as it came: JSON, unless `isJson` is false. */
      readonly text: string;
      /** False: the text is of another format, and the numbers in the value are exact. */
      readonly isJson?: false;
    }
  /** Something that is no event. */
  | {
      readonly kind: 'unreadable';
      readonly reason: DeadReason;
      /** A full sentence. */
      readonly message: string;
      readonly bytes: Uint8Array;
    };

/** What is in a record. `skipped`: no event, and none was meant to be. It has an index, and is not counted. */
export type RecordContent = DecodedEvent | { readonly kind: 'skipped' };

/** All that a reader has left. */
export function* eventsOf<Event>(reader: EventReader<Event>): Generator<Event> {
  for (let event = reader.next(); event !== null; event = reader.next()) yield event;
}
