import { StreamgaugeError } from '../ir/streamgauge-error.ts';
import type { MissedWindow } from './dead-letter-sink.ts';
import type { Position } from './position.ts';

/**
 * What went into no window and was kept: to look at, and to put back into its stream.
 *
 * @example
 * const page = await store.list({ kinds: ['dead'], reason: 'future_time', limit: 50 });
 * const record = await store.get('dead/clicks/shard-0000/8899.0');
 * const outcome = await store.redrive('dead/clicks/shard-0000/8899.0', { by: 'ann', again: false, pace });
 */
export interface DeadLetterStore {
  /** Sorted by kind (dead, late, discarded) and stream, and then in a stable order of the store's own. */
  list(query: SideOutputQuery): Promise<SideOutputPage>;
  /** Null where nothing is kept under the id. */
  get(id: string): Promise<StoredSideOutput | null>;
  /**
   * Puts the bytes of a record back into its stream as a new record, or as many as the kept batch has, and notes what
   * was done. Does nothing if the note says that somebody did it before.
   *
   * @throws where nothing was sent: the store could not be read, or the intent not be noted.
   */
  redrive(id: string, request: RedriveRequest): Promise<RedriveOutcome>;
}

/** A dead letter, an event that was late for a view, a batch that the event source gave up on. */
export type SideOutputKind = 'dead' | 'late' | 'discarded';

export const SIDE_OUTPUT_KINDS: readonly SideOutputKind[] = ['dead', 'late', 'discarded'];

export interface SideOutputQuery {
  readonly kinds: readonly SideOutputKind[];
  readonly stream?: string | undefined;
  readonly reason?: string | undefined;
  /** By arrival. A record without an arrival time is in no range. */
  readonly sinceMs?: number | undefined;
  /** Exclusive. */
  readonly untilMs?: number | undefined;
  /** The last id of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface SideOutputPage {
  readonly records: readonly StoredSideOutput[];
  /** The next page goes on after this; null if nothing follows. A page may turn out to be empty. */
  readonly cursor: string | null;
}

export interface StoredSideOutput {
  readonly id: string;
  readonly kind: SideOutputKind;
  readonly stream: string;
  readonly shard: string;
  /** Of a batch: of its first record. */
  readonly position: Position;
  /** Of a batch: when its first record arrived. */
  readonly arrivalMs: number | null;
  /** A dead letter's reason, `late`, why a batch was given up, or `unreadable` where the store cannot make it out. */
  readonly reason: string;
  /** A full sentence. */
  readonly message: string;
  /** Of a late event; null of others, and of what cannot be read. */
  readonly missed: (MissedWindow & { readonly eventTimeMs: number }) | null;
  /** What a redrive puts: one record, or those of the batch. None where the object is unreadable. */
  readonly payloads: readonly Payload[];
  readonly redrive: RedriveNote | null;
}

export interface Payload {
  readonly partitionKey: string;
  /** Where in the stream it goes, in place of the key's hash; decimal digits. */
  readonly explicitHashKey?: string | null;
  readonly data: Uint8Array;
}

/** Who put a record back, when, and what became of it. */
export interface RedriveNote {
  readonly by: string;
  readonly atMs: number;
  /** One for each payload. */
  readonly puts: readonly Put[];
}

export type Put =
  | { readonly state: 'redriven'; readonly shard: string; readonly sequence: string }
  /** The stream's service refused it, or it was not tried: it is not in the stream. */
  | { readonly state: 'failed'; readonly message: string }
  /** It was sent, or was about to be, and nobody knows whether it arrived. */
  | { readonly state: 'unknown'; readonly message: string };

export interface RedriveRequest {
  readonly by: string;
  /** Send again also what may have arrived. */
  readonly again: boolean;
  /** Called before each put; puts wait for it. */
  readonly pace: () => Promise<void>;
}

export type RedriveOutcome =
  | { readonly outcome: 'redriven'; readonly puts: readonly Put[] }
  /** Sent nothing, because it is in the stream already or somebody else is about to put it there. */
  | { readonly outcome: 'skipped'; readonly message: string }
  /** Put nothing that was missing into the stream. Try again. */
  | { readonly outcome: 'failed'; readonly message: string }
  | { readonly outcome: 'unknown'; readonly message: string };

/** The state of all puts of a note together: the worst counts. */
export function noteState({ puts }: RedriveNote): Put['state'] {
  if (puts.some(({ state }) => state === 'unknown')) return 'unknown';
  return puts.every(({ state }) => state === 'redriven') ? 'redriven' : 'failed';
}

/** A cursor or an id is none that a store gives out. */
export class SideOutputIdError extends StreamgaugeError {
  override readonly name = 'SideOutputIdError';
  readonly code = 'sideOutputId';

  constructor(id: string) {
    super(
      `'${id}' is not the id of a dead letter, late event or discarded batch. Ids are as the list shows them, such as dead/clicks/shard-0000/8899.0.`,
    );
  }
}
