import type { LiveFeed, LiveMessage } from './live-feed.ts';
import type { LiveReaders } from './routes/live.ts';
import type { Overview } from './schemas/overview.ts';

type Say = (message: LiveMessage | null) => void;

const MAX_READERS = 100;

/** Readers of a feed. Whoever drives it calls `tick` once a second. While nobody reads, no overview is made. */
export class FeedReaders implements LiveReaders {
  readonly #feed: LiveFeed;
  readonly #overview: () => Promise<Overview>;
  readonly #readers = new Set<Say>();
  readonly #most: number;

  /** @param overview makes the one of now. */
  constructor(feed: LiveFeed, overview: () => Promise<Overview>, most = MAX_READERS) {
    this.#feed = feed;
    this.#overview = overview;
    this.#most = most;
  }

  async freshen(): Promise<void> {
    // With readers, it is at most a second old.
    if (this.#readers.size === 0) this.#feed.take(await this.#overview());
  }

  subscribe(lastId: string | null, say: Say): (() => void) | null {
    if (this.#readers.size >= this.#most) return null;
    this.#readers.add(say);
    for (const message of this.#feed.after(lastId)) say(message);
    return () => this.#readers.delete(say);
  }

  /** Tells all readers what has changed; a comment where nothing has, so that silence means something. */
  async tick(): Promise<void> {
    if (this.#readers.size === 0) return;
    const message = this.#feed.take(await this.#overview());
    for (const say of this.#readers) say(message);
  }
}
