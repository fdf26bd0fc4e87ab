/**
 * Estimates how many different values a HyperLogLog sketch has seen. `counts[k]` is the number of registers of rank k,
 * from 0 (never set) to the highest.
 *
 * The improved estimator of O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017, section
 * 3): one formula for the whole range, without the tables and switch-overs of earlier ones. Only +, ·, / and √, which
 * IEEE 754 defines to the last bit, so that every machine computes the same number.
 */
export function estimateCardinality(counts: Uint32Array): number {
  let registers = 0;
  for (let rank = 0; rank < counts.length; rank++) registers += counts[rank] as number;
  const highest = counts.length - 1;
  let z = registers * tau(1 - (counts[highest] as number) / registers);
  for (let rank = highest - 1; rank >= 1; rank--) z = 0.5 * (z + (counts[rank] as number));
  z += registers * sigma((counts[0] as number) / registers);
  return (ALPHA_INFINITY * registers * registers) / z;
}

/** 1 / (2 ln 2), the limit of HyperLogLog's α for many registers. */
const ALPHA_INFINITY = 0.7213475204444817;

/** x + Σ x^(2^k) · 2^(k−1) for k ≥ 1: makes up for registers never set. Infinite at 1, where the estimate is then 0. */
function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let power = x;
  let factor = 1;
  let sum = x;
  for (;;) {
    power *= power;
    const next = sum + power * factor;
    if (next === sum) return sum;
    sum = next;
    factor *= 2;
  }
}

/** (1 − x − Σ (1 − x^(2^−k))² · 2^−k for k ≥ 1) / 3: makes up for registers at the highest rank. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let root = x;
  let factor = 1;
  let sum = 1 - x;
  for (;;) {
    root = Math.sqrt(root);
    factor *= 0.5;
    const next = sum - (1 - root) ** 2 * factor;
    if (next === sum) return sum / 3;
    sum = next;
  }
}
