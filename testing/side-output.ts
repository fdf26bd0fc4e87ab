import type { DeadLetter, DeadReason, LateEvent } from '../engine/ports/dead-letter-sink.ts';
import { formatInstant } from '../engine/time/instant.ts';
import { eventJson } from '../runtime/event-json.ts';

/** An event that came too late for a window of a view that keeps such events (`lateEvents: 'sideOutput'`). */
export interface SeenLateEvent {
  readonly stream: string;
  readonly view: string;
  /** As it was given. */
  readonly event: unknown;
  readonly event_time: string;
  /** Of the window that it missed. */
  readonly window_start: string;
  readonly window_end: string;
}

/** What is no event of its stream, with the reason. */
export type SeenDeadLetter = {
  readonly stream: string;
  readonly reason: DeadReason;
  /** A full sentence: what was found, and what was expected. */
  readonly message: string;
} & ReturnType<typeof eventJson>;

export function seenLateEvent({ stream, bytes, eventTimeMs, missed }: LateEvent): SeenLateEvent {
  return {
    stream,
    view: missed.view,
    event: JSON.parse(Buffer.from(bytes).toString('utf8')),
    event_time: formatInstant(eventTimeMs),
    window_start: formatInstant(missed.windowStartMs),
    window_end: formatInstant(missed.windowEndMs),
  };
}

export function seenDeadLetter({ stream, reason, message, bytes }: DeadLetter): SeenDeadLetter {
  return { stream, reason, message, ...eventJson(bytes) };
}
