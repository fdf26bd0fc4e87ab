import { type Event, MAX_LATENESS_MS } from './events.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { SimulatedLog } from './stream-log.ts';

const USERS = ['ann', 'bob', 'cy'];
/** In percent: how often several streams come to another share of the events. */
const SHIFTS_PERCENT = 6;
/** Shares of the first stream in percent. Of 0 and 100, the other one is idle; from the beginning, it is empty. */
const SHARES = [50, 80, 20, 100, 100, 0];

/** The events of one record, and the stream that it goes to. An event that is none is null. */
export interface Made {
  readonly stream: string;
  readonly events: readonly (Event | null)[];
}

/** Makes events and puts them into the streams, some of them twice, late, ahead, broken, or several in one record. */
export class Producer {
  made = 0;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #log: SimulatedLog;
  readonly #nowMs: () => number;
  /** How long ago the time is that events are sent from. */
  ageMs: number;
  /** Records of many events are cut in the middle by commits that are too large. */
  readonly #mostPerRecord: number;
  readonly #sent = new Map<string, Event[]>();
  readonly #streams: readonly string[];
  /** One whose events come in order, but for faults. */
  readonly #orderly: string | null;
  /** Of the first of two streams, in percent of the records. */
  #share: number;

  constructor(random: Random, faults: Faults, log: SimulatedLog, nowMs: () => number, ageMs: number) {
    this.#streams = [...new Set(log.shards.map(({ stream }) => stream))];
    this.#random = random;
    this.#faults = faults;
    this.#log = log;
    this.#nowMs = nowMs;
    this.ageMs = ageMs;
    this.#mostPerRecord = random.pick([4, 4, 16]);
    const isAlone = this.#streams.length === 1;
    this.#orderly = isAlone ? null : random.pick([null, ...this.#streams]);
    this.#share = isAlone ? 100 : random.pick(SHARES);
  }

  /** Puts one record into an open shard. */
  send(): void {
    this.put(this.make());
  }

  /** The events of one record, which happen now. */
  make(): Made {
    const stream = this.#nextStream();
    const count = this.#random.chance(20) ? this.#random.between(2, this.#mostPerRecord) : 1;
    return { stream, events: Array.from({ length: count }, () => this.#next(stream)) };
  }

  #nextStream(): string {
    const [first = '', second = first] = this.#streams;
    if (first === second) return first;
    if (this.#random.chance(SHIFTS_PERCENT)) this.#share = this.#random.pick(SHARES);
    return this.#random.chance(this.#share) ? first : second;
  }

  /** Puts a record into an open shard whose events come about when the watermark has passed them, or half a minute later. */
  sendLate(): void {
    const stream = this.#nextStream();
    const event = () => {
      this.made++;
      return this.#event(this.#nowMs() - this.ageMs - MAX_LATENESS_MS - this.#random.between(0, 30) * 1000);
    };
    this.put({ stream, events: Array.from({ length: this.#random.between(1, 3) }, event) });
  }

  put({ stream, events }: Made): void {
    const shard = this.#random.pick(this.#log.openOf(stream));
    const lines = events.map((event) => (event === null ? '{"id":' : JSON.stringify(event)));
    this.#log.append(shard, { arrivalMs: this.#nowMs(), data: Buffer.from(lines.join('\n')), events });
  }

  #next(stream: string): Event | null {
    this.made++;
    if (this.#faults.happens('poison')) return null;
    const sent = this.#sent.get(stream) ?? [];
    if (sent.length > 0 && this.#faults.happens('producerDuplicate')) {
      // A retry of something sent not long ago.
      return this.#random.pick(sent.slice(-6));
    }
    const event = this.#event(this.#nowMs() - this.ageMs - this.#delay(stream));
    sent.push(event);
    this.#sent.set(stream, sent);
    return event;
  }

  #event(at: number): Event {
    return {
      id: `e${this.made}`,
      user: this.#random.pick(USERS),
      // Often such that sums come back to what they were.
      n: this.#random.chance(60) ? this.#random.between(-1, 1) : this.#random.between(-3, 9),
      at,
    };
  }

  /** Milliseconds from the event to its arrival. */
  #delay(stream: string): number {
    if (this.#faults.happens('farFuture')) return -this.#random.pick([3000, 5000, 5001, 60_000, 86_400_000]);
    if (this.#faults.happens('tooLate')) return MAX_LATENESS_MS + this.#random.between(0, 30) * 1000;
    if (stream === this.#orderly) return 0;
    return this.#random.chance(60) ? this.#random.between(0, 2) * 500 : this.#random.between(0, 10) * 1000;
  }
}
