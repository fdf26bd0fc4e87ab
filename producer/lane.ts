import type { LaneKey } from './lane-keys.ts';
import { type Line, LineQueue } from './line.ts';
import type { PackedRecord, Packer } from './packer.ts';

/** A record on its way. */
export interface Pending {
  readonly record: PackedRecord;
  readonly firstAttemptMs: number;
  attempts: number;
}

/**
 * The events of one group of keys, in order. One record at a time is on its way. Until it has arrived, the events
 * behind it wait, so they cannot overtake it. (Not even in one request: PutRecords takes in the records after one that
 * fails.)
 */
export class Lane {
  readonly key: LaneKey;
  readonly #lines = new LineQueue();
  /** Lines at the front that have waited long enough. */
  #due = 0;
  #pending: Pending | null = null;
  #state: 'free' | 'sending' | 'pausing' = 'free';
  #endPause: (() => void) | null = null;
  /** Lines that came in, and lines that were sent or handed over, since the beginning. */
  accepted = 0;
  concluded = 0;

  constructor(key: LaneKey) {
    this.key = key;
  }

  push(line: Line): void {
    this.#lines.push(line);
    this.accepted++;
  }

  /** What is here now waits for no more company. */
  makeDue(): void {
    this.#due = this.#lines.length;
  }

  isReady(packer: Packer): boolean {
    if (this.#state !== 'free') return false;
    return this.#pending !== null || this.#due > 0 || (this.#lines.length > 0 && packer.fills(this.#lines));
  }

  /** The record to send now: the one that failed before, or one of the next lines. */
  start(packer: Packer, nowMs: number): Pending {
    if (this.#pending === null) {
      const record = packer.pack(this.#lines);
      this.#due = Math.max(0, this.#due - record.lines.length);
      this.#pending = { record, firstAttemptMs: nowMs, attempts: 0 };
    }
    this.#state = 'sending';
    this.#pending.attempts++;
    return this.#pending;
  }

  /** Ends the record that is on its way, whether it was sent or not. */
  finish(): void {
    this.#pending = null;
    this.#state = 'free';
  }

  /** Keeps the record until the pause is over, or is ended. */
  pause(cancel: () => void): void {
    this.#state = 'pausing';
    this.#endPause = cancel;
  }

  resume(): void {
    this.#state = 'free';
    this.#endPause = null;
  }

  /** Takes out everything that is not in a request just now, and tells how many of those lines had been sent before. */
  drain(): { readonly inFlight: number; readonly lines: readonly Line[] } {
    const sentBefore = this.#state === 'sending' ? [] : (this.#pending?.record.lines ?? []);
    if (this.#state !== 'sending') {
      this.#endPause?.();
      this.#endPause = null;
      this.finish();
    }
    this.#due = 0;
    return { inFlight: sentBefore.length, lines: [...sentBefore, ...this.#lines.take(this.#lines.length)] };
  }
}
