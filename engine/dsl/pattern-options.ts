import { DefinitionError } from '../ir/errors.ts';
import type { Contiguity, SkipStrategy, StepTimes } from '../ir/pattern-definition.ts';
import { describeGiven } from './given.ts';
import type { TimesOptions } from './pattern-types.ts';
import { checkSettings, oneOf, wholeNumber } from './settings.ts';

export type GivenTimes = number | readonly [least: number, most: number];

/** A step takes one event, unless something else is said: this very object tells that nothing was. */
export const ONCE: StepTimes = { least: 1, most: 1, contiguity: 'followedBy', isGreedy: false };

const MOST_TIMES = 1000;
const CONTIGUITIES: readonly Contiguity[] = ['next', 'followedBy', 'followedByAny'];

/** How many events a step takes; `most` is null for any number. */
export function checkTimes(range: readonly [unknown, unknown], options: TimesOptions, where: string): StepTimes {
  checkSettings(options, ['between'], where);
  const [least, most] = range as readonly [number, number | null];
  wholeNumber(least, MOST_TIMES, `${where}: the number of events is`);
  if (most !== null) wholeNumber(most, MOST_TIMES, `${where}: the greatest number of events is`);
  if (most !== null && most < least) {
    throw new DefinitionError(`${where}: it takes from ${least} to ${most} events. Give the smaller number first.`);
  }
  const contiguity = oneOf<Contiguity>(options.between ?? 'followedBy', CONTIGUITIES, `${where}: between`);
  return { least, most, contiguity, isGreedy: false };
}

/** A skip strategy as a pattern keeps it. */
export function skipOf(strategy: unknown, where: string): SkipStrategy {
  if (strategy === 'none' || strategy === 'pastLast' || strategy === 'toNext') return { kind: strategy };
  const entries = typeof strategy === 'object' && strategy !== null ? Object.entries(strategy) : [];
  const [kind, step] = entries.length === 1 ? (entries[0] as [string, unknown]) : [];
  if ((kind === 'toFirst' || kind === 'toLast') && typeof step === 'string') return { kind, step };
  throw new DefinitionError(
    `${where} was given ${describeGiven(strategy)}, and needs 'none', 'pastLast', 'toNext', { toFirst: 'step' } or { toLast: 'step' }.`,
  );
}
