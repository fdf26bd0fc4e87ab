/** Every function, under its name. Bundles of Lambdas have of these what their pipeline names (`lib/named-kinds.ts`). */
export {
  expFunction as exp,
  lnFunction as ln,
  logFunction as log,
  modFunction as mod,
  powerFunction as power,
  sqrtFunction as sqrt,
} from './arithmetic.ts';
export { caseFunction as case } from './case.ts';
export { lowerFunction as lower, upperFunction as upper } from './change-case.ts';
export { concatFunction as concat } from './concat.ts';
export { datePartFunction as datePart, dayOfWeekFunction as dayOfWeek, hourFunction as hour } from './date-parts.ts';
export { decimalUnitsFunction as decimalUnits } from './decimal-units.ts';
export { greatestFunction as greatest, leastFunction as least } from './extremes.ts';
export {
  asBooleanFunction as asBoolean,
  asNumberFunction as asNumber,
  asTextFunction as asText,
  booleanAtFunction as booleanAt,
  numberAtFunction as numberAt,
  textAtFunction as textAt,
} from './json.ts';
export { lengthFunction as length } from './length.ts';
export { matchesFunction as matches } from './matches.ts';
export { pairFunction as pair } from './pair.ts';
export {
  absFunction as abs,
  ceilFunction as ceil,
  floorFunction as floor,
  roundFunction as round,
} from './rounding.ts';
export { splitPartFunction as splitPart } from './split-part.ts';
export { substringFunction as substring } from './substring.ts';
export { containsFunction as contains, startsWithFunction as startsWith } from './text-tests.ts';
export { toNumberFunction as toNumber } from './to-number.ts';
export { trimFunction as trim } from './trim.ts';
export { truncateFunction as truncate } from './truncate.ts';
export { urlHostFunction as urlHost, urlParameterFunction as urlParameter } from './url.ts';
