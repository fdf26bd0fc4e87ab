import { DefinitionError } from '../ir/errors.ts';

/** Refuses a setting that is not a number above 0, up to a limit. */
export function positiveSetting(value: unknown, where: string, most: number): void {
  if (typeof value === 'number' && value > 0 && value <= most) return;
  throw new DefinitionError(`${where} is ${String(value)}: it must be a number above 0, at most ${most}.`);
}

/** Refuses a setting that is not a number of a range, its ends included. */
export function rangeSetting(value: unknown, where: string, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new DefinitionError(`${where} is ${String(value)}: it must be a number from ${least} to ${most}.`);
}

/** Refuses a setting that is not a probability, which is neither 0 nor 1. */
export function probabilitySetting(value: unknown, where: string): void {
  if (typeof value === 'number' && value > 0 && value < 1) return;
  throw new DefinitionError(`${where} is ${String(value)}: it must be a number between 0 and 1.`);
}
