import { createHash } from 'node:crypto';

/** Points of a sketched curve. */
const POINTS = 37;

/** What is nought where all is well: sketched as a line on the ground. */
const FAULT =
  /dead|\blate\b|EventsLate|discarded|duplicate|failed|error|refused|put aside|not counted|: calls|: writes|: reads|revised|oldest|waiting/i;

/**
 * A curve between 0 and 1 that looks like one of its kind. It is made of its label alone, so that the same dashboard gives
 * the same picture: no measurement is in it.
 */
export function sketchedCurve(label: string, name: string): number[] {
  const seed = createHash('sha256').update(`${name} ${label}`).digest();
  const at = (index: number) => (seed[index % seed.length] ?? 0) / 255;
  if (FAULT.test(label) || FAULT.test(name)) return Array.from({ length: POINTS }, () => 0.01);
  const base = 0.25 + 0.4 * at(0);
  return Array.from({ length: POINTS }, (_, index) => {
    const wave = 0.1 * Math.sin(index / (2 + 5 * at(1)) + 6 * at(2));
    const noise = 0.07 * (at(index + 3) - 0.5);
    return Math.min(0.95, Math.max(0.03, base + wave + noise));
  });
}
