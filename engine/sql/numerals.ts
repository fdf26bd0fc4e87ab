import { NUMERAL_PATTERN } from '../text/numeral.ts';

/** The double that text is by the rule of `numberOfText`; null where it is none. Arguments and results are SQL. */
export function numeralToDouble(
  text: string,
  dialect: { matches(text: string, pattern: string): string; finite(double: string): string },
): string {
  return `CASE WHEN ${dialect.matches(text, NUMERAL_PATTERN)} THEN ${dialect.finite(`TRY_CAST(${text} AS DOUBLE)`)} END`;
}
