import type { Position } from './position.ts';

/**
 * Takes what does not go into windows: dead letters and late events, with their bytes.
 *
 * Written *before* the commit that counts them, under a key made of the position (and of the view, where an event is too
 * late for it): a retry overwrites its own earlier attempt, so nothing is lost and nothing doubles.
 */
export interface DeadLetterSink {
  put(records: readonly SideOutput[]): Promise<void>;
}

export type SideOutput = DeadLetter | LateEvent;

interface SideOutputBase {
  readonly stream: string;
  readonly shard: string;
  readonly position: Position;
  /** The event's own bytes as they arrived: of a packed record, its line; of an unreadable record, all of it. */
  readonly bytes: Uint8Array;
  readonly arrivalMs: number | null;
}

export interface DeadLetter extends SideOutputBase {
  readonly kind: 'dead';
  readonly reason: DeadReason;
  /** A full sentence: what was found, where, and what was expected. */
  readonly message: string;
  /** How many events share the letter, `position` being that of the first: one a line of `bytes`. Not set: it is of one. */
  readonly events?: number;
}

export interface LateEvent extends SideOutputBase {
  readonly kind: 'late';
  readonly eventTimeMs: number;
  /**
   * What the event missed of a view whose policy is `sideOutput`. An event that is late for several views has a record
   * for each, and the view is part of the key: a container that was overtaken sees fewer of them missed, and must not
   * write over what its successor knows.
   */
  readonly missed: MissedWindow;
}

export interface MissedWindow {
  readonly view: string;
  /** Of the window that the event missed, of several that overlap the first. For a session: the event's own time. */
  readonly windowStartMs: number;
  /** For a session: the event's time plus the gap. */
  readonly windowEndMs: number;
}

export type DeadReason =
  | 'not_json'
  /** A row that is not in the stream's format, which is another one than JSON. */
  | 'malformed'
  | 'wrong_type'
  | 'missing_field'
  | 'unknown_time'
  | 'future_time'
  | 'empty_record'
  | 'corrupt_compression'
  | 'corrupt_aggregate'
  /** Part of an aggregate that belongs to another shard, and that nobody is known to send there. */
  | 'outside_shard'
  | 'oversized'
  /** Events of a record that holds so many dead ones that they share letters. */
  | 'many_dead';
