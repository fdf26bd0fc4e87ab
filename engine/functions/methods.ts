import { expFunction, lnFunction, logFunction, modFunction, powerFunction, sqrtFunction } from './arithmetic.ts';
import { lowerFunction, upperFunction } from './change-case.ts';
import { datePartFunction, dayOfWeekFunction, hourFunction } from './date-parts.ts';
import type { FunctionDescriptor } from './descriptor.ts';
import {
  asBooleanFunction,
  asNumberFunction,
  asTextFunction,
  booleanAtFunction,
  numberAtFunction,
  textAtFunction,
} from './json.ts';
import { lengthFunction } from './length.ts';
import { matchesFunction } from './matches.ts';
import { absFunction, ceilFunction, floorFunction, roundFunction } from './rounding.ts';
import { splitPartFunction } from './split-part.ts';
import { substringFunction } from './substring.ts';
import { containsFunction, startsWithFunction } from './text-tests.ts';
import { toNumberFunction } from './to-number.ts';
import { trimFunction } from './trim.ts';
import { truncateFunction } from './truncate.ts';
import { urlHostFunction, urlParameterFunction } from './url.ts';

/** Functions that are methods of an expression, by the method's name. */
export const METHODS = {
  abs: absFunction,
  asBoolean: asBooleanFunction,
  asNumber: asNumberFunction,
  asText: asTextFunction,
  booleanAt: booleanAtFunction,
  ceil: ceilFunction,
  contains: containsFunction,
  datePart: datePartFunction,
  dayOfWeek: dayOfWeekFunction,
  exp: expFunction,
  floor: floorFunction,
  hour: hourFunction,
  length: lengthFunction,
  ln: lnFunction,
  log: logFunction,
  lower: lowerFunction,
  matches: matchesFunction,
  mod: modFunction,
  numberAt: numberAtFunction,
  power: powerFunction,
  round: roundFunction,
  splitPart: splitPartFunction,
  sqrt: sqrtFunction,
  startsWith: startsWithFunction,
  substring: substringFunction,
  textAt: textAtFunction,
  toNumber: toNumberFunction,
  trim: trimFunction,
  truncate: truncateFunction,
  upper: upperFunction,
  urlHost: urlHostFunction,
  urlParameter: urlParameterFunction,
} as const satisfies Readonly<Record<string, FunctionDescriptor>>;

export type MethodName = keyof typeof METHODS;
