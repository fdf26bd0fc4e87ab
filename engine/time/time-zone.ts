import { floorTo } from './floor-to.ts';

/**
 * What a clock on the wall shows in a time zone, by the rules that come with the runtime (`Intl`). They are cached as the
 * times at which the offset changes, so an instant costs a comparison with the last answer, and a search where that is another.
 *
 * Rules of the future change: two runtimes with other versions of the time zone database can answer differently. `process.versions.tz`
 * names a runtime's.
 */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #blocks = new Map<number, Block>();
  #fromMs = 0;
  #toMs = 0;
  #offsetMs = 0;

  private constructor(name: string, format: Intl.DateTimeFormat) {
    this.name = name;
    this.#format = format;
  }

  /** Null where there is no such zone. */
  static of(name: string): TimeZone | null {
    const known = zones.get(name);
    if (known !== undefined) return known;
    // Offsets such as +02:00 are zones for Intl, but not for SQL.
    if (!/^[A-Za-z]/.test(name)) return null;
    try {
      const zone = new TimeZone(name, new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone: name }));
      zones.set(name, zone);
      return zone;
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  /** Local time less UTC. */
  offsetMs(timeMs: number): number {
    if (timeMs >= this.#fromMs && timeMs < this.#toMs) return this.#offsetMs;
    const block = this.#blockOf(Math.floor(timeMs / BLOCK_MS));
    let index = 0;
    while (index + 1 < block.starts.length && (block.starts[index + 1] as number) <= timeMs) index++;
    this.#fromMs = block.starts[index] as number;
    this.#toMs = block.starts[index + 1] ?? block.endMs;
    this.#offsetMs = block.offsets[index] as number;
    return this.#offsetMs;
  }

  /** The offsets that it has had at times spread over the years from 1970 to 2037. */
  offsetsSince1970(): ReadonlySet<number> {
    const offsets = new Set<number>();
    for (let at = 0; at < SAMPLED_MS; at += SAMPLE_MS) offsets.add(this.#ask(at));
    return offsets;
  }

  /** Local time as if it were UTC. */
  localMs(timeMs: number): number {
    return timeMs + this.offsetMs(timeMs);
  }

  /**
   * The first instant whose local time is at or after one: the earlier where clocks are set back over it, and the end of the gap where
   * they are set forward over it.
   */
  instantOf(localMs: number): number {
    // No offset is beyond a day, so the change that matters is among those of the two days around it.
    const before = localMs - this.offsetMs(localMs - DAY_MS);
    const after = localMs - this.offsetMs(localMs + DAY_MS);
    const [earlier, later] = before <= after ? [before, after] : [after, before];
    if (this.localMs(earlier) === localMs) return earlier;
    if (this.localMs(later) === localMs) return later;
    return this.#changeBetween(earlier, later);
  }

  /** The time in between at which the offset changes. */
  #changeBetween(fromMs: number, toMs: number): number {
    return firstWhere(fromMs, toMs, (timeMs) => this.offsetMs(timeMs) !== this.offsetMs(fromMs));
  }

  #blockOf(index: number): Block {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    if (this.#blocks.size >= MAX_BLOCKS) this.#blocks.clear();
    const block = this.#read(index * BLOCK_MS);
    this.#blocks.set(index, block);
    return block;
  }

  #read(startMs: number): Block {
    const starts = [startMs];
    const offsets = [this.#ask(startMs)];
    for (let at = startMs; at < startMs + BLOCK_MS; at += DAY_MS) {
      const offset = this.#ask(at + DAY_MS);
      const last = offsets.at(-1) as number;
      if (offset === last) continue;
      const changeMs = firstWhere(at, at + DAY_MS, (timeMs) => this.#ask(timeMs) !== last);
      if (changeMs >= startMs + BLOCK_MS) break;
      starts.push(changeMs);
      offsets.push(this.#ask(changeMs));
    }
    return { starts, offsets, endMs: startMs + BLOCK_MS };
  }

  #ask(timeMs: number): number {
    const seconds = floorTo(1000, timeMs);
    const parts = new Map(this.#format.formatToParts(seconds).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
    const local = new Date(0).setUTCFullYear(year, part('month') - 1, part('day'));
    return local + (part('hour') * 3600 + part('minute') * 60 + part('second')) * 1000 - seconds;
  }
}

/** The offsets of 256 days, each from its start on. */
interface Block {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
  readonly endMs: number;
}

const DAY_MS = 86_400_000;
const SAMPLE_MS = 45 * DAY_MS;
const SAMPLED_MS = 68 * 365 * DAY_MS;
const BLOCK_MS = 256 * DAY_MS;
/** Three centuries: events can have any time, and a cache has an end. */
const MAX_BLOCKS = 512;

const FIELDS: Intl.DateTimeFormatOptions = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  era: 'short',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};

const zones = new Map<string, TimeZone>();

/** The first millisecond after `fromMs` for which a condition holds, which holds at `toMs`. */
function firstWhere(fromMs: number, toMs: number, holds: (timeMs: number) => boolean): number {
  let [low, high] = [fromMs, toMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
