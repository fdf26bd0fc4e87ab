/**
 * From the detector's own unit, evidence, to a probability. Measured on real and made-up series outside of their anomalies
 * (`npm run bench:nab -- --corpus` prints it): one row in 10^(2.24 + 0.148 s) has at least so much new evidence s.
 */
const [OFTEN, RARER] = [2.24, 0.148];
/** What is no record is nothing new: below any alarm, and still to be seen in a chart. */
const NOT_NEW = 3;
/** Evidence at which sensitivity 0.5 raises an alarm, and how much one of 0 and of 1 differ from it. */
const [USUAL, RANGE] = [6.6, 6];

/** The probability of at least so much evidence. */
export function probabilityOf(score: number): number {
  return Math.min(1, 10 ** -(score <= 0 ? 0 : OFTEN * Math.min(1, score) + RARER * score));
}

export function reportedScore(score: number, isRecord: boolean): number {
  return Math.max(0, isRecord ? score : Math.min(score, NOT_NEW));
}

/** Least evidence of an alarm. */
export function thresholdOf(sensitivity: number): number {
  return USUAL + RANGE * (1 - 2 * sensitivity);
}
