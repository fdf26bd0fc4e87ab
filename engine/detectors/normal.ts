/**
 * The probability that a normal variable is at least so many standard deviations from its mean, on either side: erfc(z/√2),
 * by the rational approximation with a relative error below 1.2 · 10⁻⁷ of W. H. Press and others, Numerical Recipes in C,
 * 2nd edition, section 6.2.
 */
export function twoSidedTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const powers = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  let sum = 0;
  for (let i = powers.length - 1; i >= 0; i--) sum = sum * t + (powers[i] as number);
  return Math.min(1, t * Math.exp(-x * x + sum));
}
