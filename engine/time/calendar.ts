import type { TimeZone } from './time-zone.ts';

export type CalendarUnit = 'day' | 'week' | 'month';

const DAY_MS = 86_400_000;
const USUAL_DAYS: Readonly<Record<CalendarUnit, number>> = { day: 1, week: 7, month: 30 };
/** 1970-01-01 was a Thursday; days of the week count from Monday, which is 0. */
const THURSDAY = 3;

/** Days, weeks or months by the local time of a zone, one after the other: each as long as the clocks make it. */
export class Calendar {
  readonly #unit: CalendarUnit;
  readonly #zone: TimeZone;
  readonly #weekStart: number;
  /** The one that was asked for last: instants that follow each other are mostly of one. */
  #startMs = 0;
  #endMs = 0;

  /** @param weekStart the day that weeks begin on: 0 is Monday. */
  constructor(unit: CalendarUnit, zone: TimeZone, weekStart: number) {
    this.#unit = unit;
    this.#zone = zone;
    this.#weekStart = weekStart;
  }

  /** The start of the one that holds an instant. */
  startOf(timeMs: number): number {
    this.#find(timeMs);
    return this.#startMs;
  }

  /** Where the one that holds an instant ends, and the next one starts. */
  endOf(timeMs: number): number {
    this.#find(timeMs);
    return this.#endMs;
  }

  /** How long one is where clocks do not change; of months, 30 days. */
  get usualMs(): number {
    return USUAL_DAYS[this.#unit] * DAY_MS;
  }

  /** The start of the one that is so many after that which starts at an instant. */
  after(startMs: number, count: number): number {
    if (!Number.isFinite(startMs)) return startMs;
    const localMs = this.#localStart(this.#zone.localMs(startMs));
    return this.#zone.instantOf(this.#localStartOf(this.#number(localMs) + count));
  }

  /** How many after that which starts at an instant the one is that starts at another. A date that a zone left out counts as one. */
  between(startMs: number, laterMs: number): number {
    if (!Number.isFinite(startMs) || !Number.isFinite(laterMs)) return laterMs - startMs;
    const [from, to] = [startMs, laterMs].map((ms) => this.#number(this.#localStart(this.#zone.localMs(ms))));
    return (to as number) - (from as number);
  }

  /** How many there are from one of 1970 to that which starts at a local time. */
  #number(localStartMs: number): number {
    const date = new Date(localStartMs);
    if (this.#unit === 'month') return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    return Math.floor(localStartMs / (this.#unit === 'day' ? DAY_MS : 7 * DAY_MS));
  }

  #localStartOf(number: number): number {
    switch (this.#unit) {
      case 'day':
        return number * DAY_MS;
      case 'week':
        // Weeks are counted from multiples of seven days since 1970, and begin on another day.
        return this.#localStart((number * 7 + 6) * DAY_MS);
      case 'month':
        return new Date(0).setUTCFullYear(1970, number, 1);
    }
  }

  #find(timeMs: number): void {
    if (timeMs >= this.#startMs && timeMs < this.#endMs) return;
    // What is no time has no window either: NaN and the infinite bounds of ranges stay what they are.
    if (!Number.isFinite(timeMs)) {
      [this.#startMs, this.#endMs] = [timeMs, timeMs];
      return;
    }
    const localMs = this.#localStart(this.#zone.localMs(timeMs));
    const startMs = this.#zone.instantOf(localMs);
    const endMs = this.#zone.instantOf(this.#localEnd(localMs));
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  #localStart(localMs: number): number {
    const day = Math.floor(localMs / DAY_MS);
    switch (this.#unit) {
      case 'day':
        return day * DAY_MS;
      case 'week': {
        const shift = THURSDAY - this.#weekStart;
        return (Math.floor((day + shift) / 7) * 7 - shift) * DAY_MS;
      }
      case 'month': {
        const date = new Date(localMs);
        return new Date(0).setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth(), 1);
      }
    }
  }

  #localEnd(localStartMs: number): number {
    if (this.#unit !== 'month') return localStartMs + (this.#unit === 'day' ? 1 : 7) * DAY_MS;
    const date = new Date(localStartMs);
    return new Date(0).setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  }
}
