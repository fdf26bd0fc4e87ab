import type { LiveFeed, LiveMessage } from './live-feed.ts';
import type { LiveReaders } from './routes/live.ts';
import type { Overview } from './schemas/overview.ts';

type Say = (message: LiveMessage | null) => void;

const MAX_READERS = 100;

/** Readers of a feed. Whoever drives it calls `tick` once a second. */
export class FeedReaders implements LiveReaders {
  readonly #feed: LiveFeed;
  readonly #readers = new Set<Say>();
  readonly #most: number;

  constructor(feed: LiveFeed, most = MAX_READERS) {
    this.#feed = feed;
    this.#most = most;
  }

  subscribe(lastId: string | null, say: Say): (() => void) | null {
    if (this.#readers.size >= this.#most) return null;
    this.#readers.add(say);
    for (const message of this.#feed.after(lastId)) say(message);
    return () => this.#readers.delete(say);
  }

  /** Tells all readers what has changed; a comment where nothing has, so that silence means something. */
  tick(overview: Overview): void {
    const message = this.#feed.take(overview);
    for (const say of this.#readers) say(message);
  }
}
