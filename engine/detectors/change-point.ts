import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { twoSidedStudentTail } from '../statistics/student.ts';
import { type Detector, type DetectorKind, UNKNOWN, type Verdict } from './detector.ts';
import { Recent } from './recent.ts';
import { inWords } from './wording.ts';

export type ChangePointParameters = {
  /** How many rows are looked at. */
  readonly rows: number;
  /** Probability of a false alarm at a row, of a series without a change and of independent values. */
  readonly falseAlarms: number;
};

/** Rows on either side of a change, at least. */
const SIDE = 5;

/**
 * Whether the level of the last rows has changed, and stayed: of all places where the rows can be cut in two, the one where
 * the means differ most beside their spread (Welch's t). The probability is multiplied by the number of places (Bonferroni).
 * After a change only the rows behind it are kept, so that it is told once.
 */
export const changePointDetector: DetectorKind<ChangePointParameters> = {
  kind: 'changePoint',
  version: 1,
  create: (parameters) => new ChangePoint(parameters),
  maxStateBytes: ({ rows }) => new Recent(rows).maxBytes(),
  words: ({ rows }, operand) => `changes of the level of ${operand} in the last ${rows} rows`,
};

class ChangePoint implements Detector {
  readonly #parameters: ChangePointParameters;
  readonly #recent: Recent;

  constructor(parameters: ChangePointParameters) {
    this.#parameters = parameters;
    this.#recent = new Recent(parameters.rows);
  }

  step(value: number): Verdict {
    const before = this.#recent.values();
    this.#recent.push(value);
    const known = spreadOf(before);
    const cut = clearestCut([...before, value]);
    if (cut === null || known === null) return UNKNOWN;
    const bounds = { expected: known.mean, lower: known.mean - 3 * known.sigma, upper: known.mean + 3 * known.sigma };
    if (!Number.isFinite(bounds.upper - bounds.lower)) return UNKNOWN;
    const isAnomaly = cut.probability < this.#parameters.falseAlarms;
    if (isAnomaly) {
      this.#recent.clear();
      for (const each of [...before, value].slice(-cut.after)) this.#recent.push(each);
    }
    const reason = isAnomaly
      ? `the level went from ${inWords(cut.from)} to ${inWords(cut.to)}, ${cut.after} rows ago`
      : null;
    return { score: 1 - cut.probability, isAnomaly, ...bounds, reason };
  }

  skip(): void {}

  write(out: ByteWriter): void {
    this.#recent.write(out);
  }

  read(input: ByteReader): void {
    this.#recent.read(input);
  }
}

interface Cut {
  /** Rows behind the cut. */
  readonly after: number;
  readonly from: number;
  readonly to: number;
  readonly probability: number;
}

function clearestCut(values: readonly number[]): Cut | null {
  const { length } = values;
  const places = length - 2 * SIDE + 1;
  if (places < 1) return null;
  // Less the first value, so that large numbers close together keep their digits.
  const origin = values[0] as number;
  const sums = [0];
  const squares = [0];
  values.forEach((value, i) => {
    sums.push((sums[i] as number) + (value - origin));
    squares.push((squares[i] as number) + (value - origin) ** 2);
  });
  const part = (from: number, to: number) => {
    const n = to - from;
    const mean = ((sums[to] as number) - (sums[from] as number)) / n;
    const variance = Math.max(0, ((squares[to] as number) - (squares[from] as number) - n * mean * mean) / (n - 1));
    return { n, mean, variance };
  };
  let best: Cut | null = null;
  for (let at = SIDE; at <= length - SIDE; at++) {
    const [left, right] = [part(0, at), part(at, length)];
    const probability = Math.min(1, places * welch(left, right));
    if (best !== null && probability >= best.probability) continue;
    best = { after: length - at, from: origin + left.mean, to: origin + right.mean, probability };
  }
  return best;
}

interface Part {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** The probability of means as far apart: Welch's t, with Satterthwaite's degrees of freedom. */
function welch(a: Part, b: Part): number {
  const [va, vb] = [a.variance / a.n, b.variance / b.n];
  const apart = Math.abs(a.mean - b.mean);
  if (!(va + vb > 0) || !Number.isFinite(va + vb))
    return apart > 1e-12 * Math.abs(a.mean + b.mean) && va + vb === 0 ? 0 : 1;
  const degrees = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  return twoSidedStudentTail(apart / Math.sqrt(va + vb), degrees);
}

function spreadOf(values: readonly number[]): { readonly mean: number; readonly sigma: number } | null {
  const { length } = values;
  if (length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value / length, 0);
  return { mean, sigma: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / (length - 1), 0)) };
}
