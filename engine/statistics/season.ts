export interface Season {
  /** In places; null where nothing comes round. */
  readonly period: number | null;
  readonly strength: number;
}

const NONE: Season = { period: null, strength: 0 };
const FEWEST = 12;
/** A period is believed from so many of its lengths on. */
const LENGTHS = 3;
/** Autocorrelations below this are chance: two standard deviations of those of noise, and never less than 0.2. */
const chance = (n: number) => Math.max(0.2, 2 / Math.sqrt(n));

/**
 * The period of points (place and value, in order of places), by autocorrelation: the first lag at which it has a peak that
 * is nearly as high as the highest one. The line of least squares is taken off before, for a trend correlates with itself at
 * each lag.
 */
export function seasonOf(points: readonly (readonly [place: number, value: number])[]): Season {
  const first = points[0]?.[0];
  const last = points.at(-1)?.[0];
  if (first === undefined || last === undefined || points.length < FEWEST) return NONE;
  const values = new Float64Array(last - first + 1);
  const there = new Uint8Array(values.length);
  const off = lineOf(points);
  for (const [place, value] of points) {
    values[place - first] = value - off(place);
    there[place - first] = 1;
  }
  const correlations = autocorrelations(values, there, Math.floor(values.length / LENGTHS));
  return firstPeak(correlations, chance(points.length));
}

/** The line of least squares. */
function lineOf(points: readonly (readonly [number, number])[]): (place: number) => number {
  const n = points.length;
  let [meanPlace, meanValue] = [0, 0];
  for (const [place, value] of points) {
    meanPlace += place / n;
    meanValue += value / n;
  }
  let [both, own] = [0, 0];
  for (const [place, value] of points) {
    both += (place - meanPlace) * (value - meanValue);
    own += (place - meanPlace) ** 2;
  }
  const slope = own === 0 ? 0 : both / own;
  return (place) => meanValue + slope * (place - meanPlace);
}

/** Of each lag up to `most`, over the pairs that are there; 0 where there are none. */
function autocorrelations(values: Float64Array, there: Uint8Array, most: number): Float64Array {
  const found = new Float64Array(most + 1);
  for (let lag = 0; lag <= most; lag++) {
    let [product, left, right] = [0, 0, 0];
    for (let i = lag; i < values.length; i++) {
      if (there[i] === 0 || there[i - lag] === 0) continue;
      const [a, b] = [values[i] as number, values[i - lag] as number];
      product += a * b;
      left += a * a;
      right += b * b;
    }
    const size = Math.sqrt(left * right);
    found[lag] = size > 0 && Number.isFinite(size) ? product / size : 0;
  }
  return found;
}

const NEARLY = 0.9;
const BROAD = 1.2;

function firstPeak(correlations: Float64Array, least: number): Season {
  const at = (lag: number) => correlations[lag] as number;
  const peaks: number[] = [];
  for (let lag = 2; lag + 1 < correlations.length; lag++) {
    if (at(lag) >= least && at(lag) > at(lag - 1) && at(lag) >= at(lag + 1)) peaks.push(lag);
  }
  const highest = peaks.reduce((most, lag) => Math.max(most, at(lag)), 0);
  const first = peaks.find((lag) => at(lag) >= NEARLY * highest);
  if (first === undefined) return NONE;
  // Noise cuts a broad peak into several, of which the first need not be the highest.
  const period = peaks
    .filter((lag) => lag <= first * BROAD)
    .reduce((best, lag) => (at(lag) > at(best) ? lag : best), first);
  return { period, strength: Math.min(1, at(period)) };
}
