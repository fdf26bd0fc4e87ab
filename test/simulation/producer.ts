import { type Event, MAX_LATENESS_MS } from './events.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { SimulatedLog } from './stream-log.ts';

const USERS = ['ann', 'bob', 'cy'];

/** Makes events and puts them into the stream, some of them twice, late, ahead, broken, or several in one record. */
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
  readonly #sent: Event[] = [];

  constructor(random: Random, faults: Faults, log: SimulatedLog, nowMs: () => number, ageMs: number) {
    this.#random = random;
    this.#faults = faults;
    this.#log = log;
    this.#nowMs = nowMs;
    this.ageMs = ageMs;
    this.#mostPerRecord = random.pick([4, 4, 16]);
  }

  /** Puts one record into an open shard. */
  send(): void {
    this.put(this.make());
  }

  /** The events of one record, which happen now. */
  make(): readonly (Event | null)[] {
    const count = this.#random.chance(20) ? this.#random.between(2, this.#mostPerRecord) : 1;
    return Array.from({ length: count }, () => this.#next());
  }

  /** Puts a record into an open shard whose events come about when the watermark has passed them, or half a minute later. */
  sendLate(): void {
    const event = () => {
      this.made++;
      return this.#event(this.#nowMs() - this.ageMs - MAX_LATENESS_MS - this.#random.between(0, 30) * 1000);
    };
    this.put(Array.from({ length: this.#random.between(1, 3) }, event));
  }

  put(events: readonly (Event | null)[]): void {
    const shard = this.#random.pick(this.#log.open);
    const lines = events.map((event) => (event === null ? '{"id":' : JSON.stringify(event)));
    this.#log.append(shard, { arrivalMs: this.#nowMs(), data: Buffer.from(lines.join('\n')), events });
  }

  #next(): Event | null {
    this.made++;
    if (this.#faults.happens('poison')) return null;
    if (this.#sent.length > 0 && this.#faults.happens('producerDuplicate')) {
      // A retry of something sent not long ago.
      return this.#random.pick(this.#sent.slice(-6));
    }
    const event = this.#event(this.#nowMs() - this.ageMs - this.#delay());
    this.#sent.push(event);
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
  #delay(): number {
    if (this.#faults.happens('farFuture')) return -this.#random.pick([3000, 5000, 5001, 60_000, 86_400_000]);
    if (this.#faults.happens('tooLate')) return MAX_LATENESS_MS + this.#random.between(0, 30) * 1000;
    return this.#random.chance(60) ? this.#random.between(0, 2) * 500 : this.#random.between(0, 10) * 1000;
  }
}
