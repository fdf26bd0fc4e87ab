import { mergeDiff } from './merge-diff.ts';
import type { Overview } from './schemas/overview.ts';

/** One message of the live connection. */
export interface LiveMessage {
  /** `<feed>-<n>`: a reader goes on after it. Ids of another feed, as of a server that was started again, are unknown. */
  readonly id: string;
  readonly event: 'snapshot' | 'patch';
  readonly data: string;
}

export interface LiveFeedOptions {
  /** Names this feed among those before and after a start. */
  readonly name: string;
  /** Patches that are kept for readers who come back. */
  readonly kept?: number;
}

const KEPT = 120;

/**
 * The overview as a snapshot and patches. All readers share them: a patch is made once a second, however many read.
 *
 * @example
 * const feed = new LiveFeed({ name: 'b1' });
 * feed.take(overview);              // the state of now
 * feed.after(null);                 // [snapshot]
 * feed.take(next);
 * feed.after('b1-1');               // [patch]: nothing was missed
 */
export class LiveFeed {
  readonly #name: string;
  readonly #keeps: number;
  #count = 0;
  #last: Overview | null = null;
  #kept: LiveMessage[] = [];

  constructor({ name, kept = KEPT }: LiveFeedOptions) {
    this.#name = name;
    this.#keeps = kept;
  }

  /** Takes the state of now. Gives the message that says what has changed, if anything has. */
  take(overview: Overview): LiveMessage | null {
    // A reader who was there before the first state has nothing that a patch could change.
    const event = this.#last === null ? 'snapshot' : 'patch';
    const patch = this.#last === null ? overview : mergeDiff(this.#last, overview);
    this.#last = overview;
    if (patch === undefined) return null;
    this.#count++;
    const message: LiveMessage = { id: this.#id(this.#count), event, data: JSON.stringify(patch) };
    this.#kept.push(message);
    if (this.#kept.length > this.#keeps) this.#kept.shift();
    return message;
  }

  /** What a reader needs who has had messages up to an id: patches since, or a snapshot where these are gone. */
  after(lastId: string | null): readonly LiveMessage[] {
    if (this.#last === null) return [];
    const n = lastId?.startsWith(`${this.#name}-`) ? Number(lastId.slice(this.#name.length + 1)) : Number.NaN;
    const first = this.#count - this.#kept.length + 1;
    // The very first patch stands for all there was, so one may go on before it too.
    if (Number.isInteger(n) && n >= Math.max(1, first - 1) && n <= this.#count) return this.#kept.slice(n - first + 1);
    return [{ id: this.#id(this.#count), event: 'snapshot', data: JSON.stringify(this.#last) }];
  }

  #id(n: number): string {
    return `${this.#name}-${n}`;
  }
}

/** As the wire has it. */
export function formatMessage({ id, event, data }: LiveMessage): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}
