import type { AlertSink, SentAlert } from '../engine/ports/alert-sink.ts';
import type { Clock } from '../engine/ports/clock.ts';
import { AlertSinkError } from '../engine/ports/errors.ts';
import { AlertsOutOfTimeError } from './alerts-out-of-time.ts';

/**
 * Lets a receiver that failed alone for a while, and says at once what it failed with: work that is due meanwhile does not
 * wait for it again.
 */
export class PausingAlertSink implements AlertSink {
  readonly #sink: AlertSink;
  readonly #clock: Clock;
  readonly #pauseMs: number;
  #failed: { readonly error: AlertSinkError; readonly untilMs: number } | null = null;

  constructor(sink: AlertSink, clock: Clock, pauseMs: number) {
    this.#sink = sink;
    this.#clock = clock;
    this.#pauseMs = pauseMs;
  }

  async send(message: SentAlert): Promise<'sent' | 'refused'> {
    if (this.#failed !== null && this.#clock.nowMs() < this.#failed.untilMs) throw this.#failed.error;
    try {
      const outcome = await this.#sink.send(message);
      this.#failed = null;
      return outcome;
    } catch (error) {
      const isReceivers = error instanceof AlertSinkError && !(error instanceof AlertsOutOfTimeError);
      if (isReceivers) this.#failed = { error, untilMs: this.#clock.nowMs() + this.#pauseMs };
      throw error;
    }
  }
}
