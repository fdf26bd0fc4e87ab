/**
 * The probability that a normal variable is at least so many standard deviations from its mean, on either side: erfc(z/√2),
 * by a Chebyshev fit with a relative error below 1.2 · 10⁻⁷ (W. Press and others, "Numerical Recipes", section 6.2).
 */
export function twoSidedNormalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  let sum = 0;
  for (let i = FIT.length - 1; i >= 0; i--) sum = sum * t + (FIT[i] as number);
  return Math.min(1, t * Math.exp(-x * x + sum));
}

const FIT = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
] as const;
