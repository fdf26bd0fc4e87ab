/** One series of a benchmark: values at times, and the rows that a person labelled as anomalous, both ends included. */
export interface LabelledSeries {
  readonly name: string;
  readonly values: readonly number[];
  readonly timesMs: readonly number[];
  readonly windows: readonly (readonly [first: number, last: number])[];
}

/** What an operator cares for: the cost of a false alarm and of an anomaly that was missed, beside 1 for one found at once. */
export interface Profile {
  readonly name: string;
  readonly falseAlarm: number;
  readonly missed: number;
}

export const PROFILES: readonly Profile[] = [
  { name: 'standard', falseAlarm: 0.11, missed: 1 },
  { name: 'reward_low_FP_rate', falseAlarm: 0.22, missed: 1 },
  { name: 'reward_low_FN_rate', falseAlarm: 0.11, missed: 2 },
];

/** The rows at the beginning that the benchmark does not score: 15 % of the file, at most 750. */
export function probation(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), 750);
}

/** A scored row: its detector's score, and what a detection there is worth. */
interface Scored {
  readonly score: number;
  readonly worth: number;
  /** Number of the label that it lies in, of all series; null outside. */
  readonly window: number | null;
}

export interface Result {
  /** 0 is a detector that says nothing, 100 one that finds each anomaly at its first row and raises no false alarm. */
  readonly normalised: number;
  readonly raw: number;
  readonly threshold: number;
}

/**
 * The score of the Numenta Anomaly Benchmark (version 1.1): of each label the earliest detection counts, by how early it is;
 * each detection outside costs, less right after a label. `scores` has a list for each series.
 *
 * Source: A. Lavin and S. Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", 2015, and the benchmark's own code.
 */
export class NabScorer {
  readonly #rows: readonly Scored[];
  readonly #windows: number;

  constructor(series: readonly LabelledSeries[], scores: readonly (readonly number[])[]) {
    const rows: Scored[] = [];
    let windows = 0;
    series.forEach((each, i) => {
      for (const row of scoredRows(each, scores[i] as readonly number[], windows)) rows.push(row);
      windows += each.windows.length;
    });
    this.#rows = rows.sort((a, b) => b.score - a.score);
    this.#windows = windows;
  }

  /** With the threshold that scores best on these series, as the benchmark does it. */
  best(profile: Profile): Result {
    let best = this.#result(profile, this.#nothing(profile), 1.1);
    for (const result of this.#sweep(profile)) if (result.raw > best.raw) best = result;
    return best;
  }

  /** With a threshold that was chosen beforehand. */
  at(threshold: number, profile: Profile): Result {
    let last = this.#nothing(profile);
    for (const result of this.#sweep(profile)) {
      if (result.threshold < threshold) break;
      last = result.raw;
    }
    return this.#result(profile, last, threshold);
  }

  #nothing({ missed }: Profile): number {
    return -missed * this.#windows;
  }

  #result({ missed }: Profile, raw: number, threshold: number): Result {
    const perfect = this.#windows;
    return { normalised: (100 * (raw + missed * perfect)) / (perfect * (1 + missed)), raw, threshold };
  }

  /** The results of all thresholds at which something changes, the highest first. */
  *#sweep(profile: Profile): Generator<Result> {
    const found = new Map<number, number>();
    let raw = this.#nothing(profile);
    for (let i = 0; i < this.#rows.length; ) {
      const threshold = (this.#rows[i] as Scored).score;
      for (; i < this.#rows.length && (this.#rows[i] as Scored).score === threshold; i++) {
        raw += gain(this.#rows[i] as Scored, profile, found);
      }
      yield this.#result(profile, raw, threshold);
    }
  }
}

/** What one more detection changes. `found` is the worth of each label so far. */
function gain({ window, worth }: Scored, profile: Profile, found: Map<number, number>): number {
  if (window === null) return profile.falseAlarm * worth;
  const former = found.get(window);
  if (former !== undefined && former >= worth) return 0;
  found.set(window, worth);
  return former === undefined ? profile.missed + worth : worth - former;
}

function* scoredRows(series: LabelledSeries, scores: readonly number[], firstWindow: number): Generator<Scored> {
  for (let row = probation(scores.length); row < scores.length; row++) {
    yield { score: scores[row] as number, ...place(series, row, firstWindow) };
  }
}

function place({ windows }: LabelledSeries, row: number, firstWindow: number): Omit<Scored, 'score'> {
  let worth = -1;
  for (let i = 0; i < windows.length; i++) {
    const [first, last] = windows[i] as readonly [number, number];
    if (row >= first && row <= last) {
      return { worth: sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1), window: firstWindow + i };
    }
    if (row > last) worth = sigmoid((row - last) / (last - first));
  }
  return { worth, window: null };
}

/** From about 1 at −1, the first row of a label, over 0 at its end, to −1. */
function sigmoid(y: number): number {
  return y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1;
}
