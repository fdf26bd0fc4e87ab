import { Random } from '../../generate/random.ts';

/**
 * Events of Nexmark in its proportions: of 50, one person, three auctions and 46 bids. They come in four bursts of a
 * minute, at hours that q14 tells apart, the last one over midnight.
 *
 * A seller is there before the auction, and an auction before its bids; Nexmark's own generator runs a few ahead.
 */
export interface NexmarkEvents {
  readonly persons: readonly object[];
  readonly auctions: readonly object[];
  readonly bids: readonly object[];
}

const BURSTS = ['2026-03-01T05:30:00Z', '2026-03-01T12:00:00Z', '2026-03-01T19:10:00Z', '2026-03-01T23:59:30Z'];
const EVENTS_PER_BURST = 750;
const MEAN_GAP_MS = 80;
/** How far lines are out of order: less than the streams' `maxLateness`. */
const DISORDER_MS = 2_000;
const FIRST_ID = 1_000;
const CATEGORIES = 5;
const FIRST_CATEGORY = 10;
/** An auction lasts 5 to 40 seconds. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 40_000;
const HIGHEST_PRICE = 60_000_000;

const FIRST_NAMES = ['Peter', 'Paul', 'Luke', 'John', 'Saul', 'Vicky', 'Kate', 'Julie', 'Sarah', 'Deiter', 'Walter'];
const LAST_NAMES = ['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'];
const PLACES = [
  ['Phoenix', 'az'],
  ['Los Angeles', 'ca'],
  ['San Francisco', 'ca'],
  ['Boise', 'id'],
  ['Portland', 'or'],
  ['Bend', 'or'],
  ['Seattle', 'wa'],
  ['Cheyenne', 'wy'],
] as const;
const CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];

export function nexmarkEvents(seed: number): NexmarkEvents {
  const house = new AuctionHouse(new Random(seed));
  for (const start of BURSTS) house.burst(Date.parse(start));
  return house.events();
}

interface Sent {
  readonly sentMs: number;
  readonly event: object;
}

class AuctionHouse {
  readonly #random: Random;
  readonly #persons: Sent[] = [];
  readonly #auctions: Sent[] = [];
  readonly #bids: Sent[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  burst(startMs: number): void {
    let timeMs = startMs;
    for (let n = 0; n < EVENTS_PER_BURST; n++) {
      timeMs += 1 + Math.floor(this.#random.exponential(MEAN_GAP_MS - 1));
      const place = n % 50;
      const [kind, event] =
        place === 0
          ? [this.#persons, this.#person(timeMs)]
          : place <= 3
            ? [this.#auctions, this.#auction(timeMs)]
            : [this.#bids, this.#bid(timeMs)];
      kind.push({ sentMs: timeMs + this.#random.below(DISORDER_MS), event });
    }
  }

  events(): NexmarkEvents {
    const inOrder = (sent: readonly Sent[]) => sent.toSorted((a, b) => a.sentMs - b.sentMs).map(({ event }) => event);
    return { persons: inOrder(this.#persons), auctions: inOrder(this.#auctions), bids: inOrder(this.#bids) };
  }

  #person(dateTime: number): object {
    const random = this.#random;
    const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
    const [city, state] = random.pick(PLACES);
    const emailAddress = `${this.#text(7)}@${this.#text(5)}.com`;
    const creditCard = Array.from({ length: 4 }, () => String(1_000 + random.below(9_000))).join(' ');
    const id = FIRST_ID + this.#persons.length;
    return { id, name, emailAddress, creditCard, city, state, dateTime, extra: this.#text(8) };
  }

  #auction(dateTime: number): object {
    const random = this.#random;
    const initialBid = this.#price();
    return {
      id: FIRST_ID + this.#auctions.length,
      itemName: this.#text(8),
      description: `${this.#text(6)} ${this.#text(9)}`,
      initialBid,
      reserve: initialBid + this.#price(),
      dateTime,
      expires: dateTime + SHORTEST_MS + random.below(LONGEST_MS - SHORTEST_MS + 1),
      seller: this.#seller(),
      category: FIRST_CATEGORY + random.below(CATEGORIES),
      extra: this.#text(8),
    };
  }

  #bid(dateTime: number): object {
    const random = this.#random;
    const named = random.chance(0.5) ? random.pick(CHANNELS) : null;
    const channelId = random.below(10_000);
    const path = [this.#text(5), this.#text(3), this.#text(4)].join('/');
    // A channel without a name says its id in the address; one in ten of them does not.
    const query = named === null && !random.chance(0.1) ? `query=1&channel_id=${channelId}` : 'query=1';
    return {
      auction: this.#recent(this.#auctions.length, 20),
      bidder: this.#recent(this.#persons.length, 60),
      price: this.#price(),
      channel: named ?? `channel-${channelId}`,
      url: `https://www.nexmark.com/${path}/item.htm?${query}`,
      dateTime,
      extra: this.#text(8),
    };
  }

  /** One of the last ids, every other time of the last three: some sell and are bid on far more than others. */
  #recent(given: number, active: number): number {
    const among = Math.min(given, this.#random.chance(0.5) ? 3 : active);
    return FIRST_ID + given - 1 - this.#random.below(among);
  }

  /** Every other time the same one of twenty. */
  #seller(): number {
    const last = this.#persons.length - 1;
    return this.#random.chance(0.5) ? FIRST_ID + last - (last % 20) : this.#recent(last + 1, 20);
  }

  /** In cents, from 100 on: as many of each power of ten. The limit makes bids that are as high as each other. */
  #price(): number {
    return Math.min(HIGHEST_PRICE, Math.round(10 ** (this.#random.fraction() * 6) * 100));
  }

  #text(length: number): string {
    return Array.from({ length }, () => String.fromCharCode(97 + this.#random.below(26))).join('');
  }
}
