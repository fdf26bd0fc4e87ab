import { EventsNotSentError } from './errors.ts';
import type { Line } from './line.ts';
import type { FailedEvents } from './options.ts';

/** Hands events over that could not be sent; keeps them, with the error, where there is nobody to take them. */
export class Failures {
  readonly #streamName: string;
  readonly #onFailed: ((failure: FailedEvents) => void | Promise<void>) | null;
  #kept: EventsNotSentError | null = null;

  constructor(streamName: string, onFailed: ((failure: FailedEvents) => void | Promise<void>) | null) {
    this.#streamName = streamName;
    this.#onFailed = onFailed;
  }

  /** Of the events that nobody took. */
  get error(): EventsNotSentError | null {
    return this.#kept;
  }

  throwIfAny(): void {
    if (this.#kept !== null) throw this.#kept;
  }

  /** Resolves when the events were taken, or are kept. */
  async handOver(lines: readonly Line[], why: string, cause?: Error): Promise<void> {
    const events = lines.map(eventOf);
    const error = this.#errorOf(events, why, cause);
    if (this.#onFailed === null) {
      this.#keep(events, why, cause);
      return;
    }
    try {
      await this.#onFailed({ events, error });
    } catch (thrown) {
      this.#keep(events, `${why} Handing them to onFailed failed as well`, thrown as Error);
    }
  }

  #keep(events: readonly unknown[], why: string, cause?: Error): void {
    const all = this.#kept === null ? events : [...this.#kept.events, ...events];
    this.#kept = this.#errorOf(all, why, cause);
  }

  #errorOf(events: readonly unknown[], why: string, cause?: Error): EventsNotSentError {
    const count = events.length === 1 ? '1 event' : `${events.length} events`;
    const text = `Stream '${this.#streamName}': ${count} could not be sent: the record ${why}`;
    return new EventsNotSentError(/[.!?]$/.test(text) ? text : `${text}.`, events, cause && { cause });
  }
}

/** Parsed from what was to be sent, not kept: objects take many times the room of their text. */
function eventOf({ text, isJson }: Line): unknown {
  return isJson ? JSON.parse(String(text)) : text;
}
