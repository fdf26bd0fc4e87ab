import { checkOptions, type EventGenerator, type GenerateOptions } from './generator.ts';
import { Random } from './random.ts';
import { type Page, Site } from './site.ts';
import { TimeQueue } from './time-queue.ts';

const DEFAULTS: GenerateOptions = {
  events: 100_000,
  seed: 1,
  disorderMs: 30_000,
  startMs: Date.UTC(2026, 0, 1),
  ratePerSecond: 200,
};

/** Mean events in a visit, and mean time between two of them. */
const EVENTS_PER_VISIT = 7;
const THINK_MS = 12_000;

export const clickstreamGenerator: EventGenerator = {
  name: 'clickstream',
  stream: 'clicks',
  summary: 'visits to a made-up shop: views and clicks on 240 pages by 20,000 users, out of order',
  defaults: DEFAULTS,
  generate: generateClickstream,
};

/**
 * Events for `pipelines/clickstream.ts`: visitors come at random, look at a few pages, click, and go.
 *
 * Events come out in the order of event time + a random delay of at most `disorderMs`. Where a came before b,
 * a.time + a.delay ≤ b.time + b.delay, so a.time − b.time ≤ b.delay − a.delay ≤ disorderMs: that bound always holds.
 *
 * @example
 * for (const line of generateClickstream({ events: 1000, seed: 7 })) process.stdout.write(`${line}\n`);
 *
 * @throws GenerateOptionError where an option is out of its bounds: at once, not at the first line.
 */
export function generateClickstream(options: Partial<GenerateOptions> = {}): Iterable<string> {
  const complete = { ...DEFAULTS, ...options };
  checkOptions(complete);
  return { [Symbol.iterator]: () => delayedLines(complete) };
}

function* delayedLines({ events, seed, disorderMs, startMs, ratePerSecond }: GenerateOptions): Generator<string, void> {
  const random = new Random(seed);
  const visits = new Visits(random, seed, startMs, ratePerSecond);
  const waiting = new TimeQueue<string>();
  for (let index = 0; index < events; index++) {
    const event = visits.next();
    // No later event is earlier than this one, so everything due before it can go out.
    while (waiting.nextMs <= event.timeMs) yield waiting.pop() as string;
    waiting.push(event.timeMs + random.below(disorderMs + 1), eventLine(event, `${seed}-${index + 1}`));
  }
  for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) yield line;
}

interface ClickEvent {
  readonly timeMs: number;
  readonly user: string;
  readonly url: string;
  readonly action: 'view' | 'click';
  readonly referrer: string | null;
}

function eventLine({ timeMs, user, url, action, referrer }: ClickEvent, id: string): string {
  const event = { event_id: id, user_id: user, page_url: url, action };
  const timestamp = new Date(timeMs).toISOString();
  return JSON.stringify(referrer === null ? { ...event, timestamp } : { ...event, referrer, timestamp });
}

/** A visit, between two of its events. */
interface Visit {
  readonly user: string;
  readonly page: Page;
  readonly url: string;
  readonly referrer: string | null;
}

/**
 * All visits at once, in event time. Visits begin as a Poisson process; after each event a visit goes on with a fixed
 * probability, after an exponential pause. Both are memoryless, so visits under way at the start are drawn like new
 * ones, and the rate is right from the first event on.
 */
class Visits {
  readonly #random: Random;
  readonly #site: Site;
  readonly #underWay = new TimeQueue<Visit>();
  readonly #meanGapMs: number;
  #nextStartMs: number;

  constructor(random: Random, seed: number, startMs: number, ratePerSecond: number) {
    this.#random = random;
    this.#site = new Site(seed);
    this.#meanGapMs = (1000 * EVENTS_PER_VISIT) / ratePerSecond;
    this.#nextStartMs = startMs + random.exponential(this.#meanGapMs);
    // Little's law: visits under way = visits a millisecond × mean time that one pauses in all.
    const underWay = Math.round((THINK_MS * (EVENTS_PER_VISIT - 1)) / this.#meanGapMs);
    for (let i = 0; i < underWay; i++) this.#pause(this.#begin(), startMs);
  }

  /** The next event of any visit, in the order of event time. */
  next(): ClickEvent {
    const continues = this.#underWay.nextMs <= this.#nextStartMs;
    const exactMs = continues ? this.#underWay.nextMs : this.#nextStartMs;
    const before = continues ? (this.#underWay.pop() as Visit) : null;
    if (before === null) this.#nextStartMs += this.#random.exponential(this.#meanGapMs);
    const clicked = before !== null && this.#random.chance(before.page.appeal);
    const visit = before === null ? this.#begin() : clicked ? before : this.#goOn(before);
    if (this.#random.chance(1 - 1 / EVENTS_PER_VISIT)) this.#pause(visit, exactMs);
    const { user, url, referrer } = visit;
    return { timeMs: Math.floor(exactMs), user, url, referrer, action: clicked ? 'click' : 'view' };
  }

  #begin(): Visit {
    const page = this.#site.page(this.#random);
    const url = this.#site.url(page, this.#random);
    return { user: this.#site.user(this.#random), page, url, referrer: this.#site.origin(this.#random) };
  }

  /** The same visitor on another page. Some browsers never say where they come from. */
  #goOn({ user, url: previous }: Visit): Visit {
    const page = this.#site.page(this.#random);
    const referrer = this.#random.chance(0.1) ? null : previous;
    return { user, page, url: this.#site.url(page, this.#random), referrer };
  }

  #pause(visit: Visit, fromMs: number): void {
    this.#underWay.push(fromMs + this.#random.exponential(THINK_MS), visit);
  }
}
