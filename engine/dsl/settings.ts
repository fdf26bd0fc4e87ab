import { DefinitionError } from '../ir/errors.ts';

/** Refuses unknown settings: a misspelt one would silently be its default. */
export function checkSettings(settings: unknown, known: readonly string[], where: string): void {
  if (typeof settings !== 'object' || settings === null) {
    throw new DefinitionError(`${where} needs its settings as an object: { ${known.join(', ')} }.`);
  }
  const unknown = Object.keys(settings).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new DefinitionError(`${where} has no setting '${unknown}'. Its settings are ${known.join(', ')}.`);
  }
}

/** The value of a setting that is one of a few texts. */
export function oneOf<T extends string>(value: T, choices: readonly T[], setting: string): T {
  if (choices.includes(value)) return value;
  throw new DefinitionError(
    `${setting} is '${value}': it must be ${choices.map((choice) => `'${choice}'`).join(' or ')}.`,
  );
}

/** A whole number from 1 to `most`. `setting` begins the sentence that ends with what was found. */
export function wholeNumber(value: number, most: number, setting: string): number {
  return wholeNumberFrom(1, value, most, setting);
}

/** A whole number from `least` to `most`. `setting` begins the sentence that ends with what was found. */
export function wholeNumberFrom(least: number, value: number, most: number, setting: string): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new DefinitionError(
    `${setting} ${String(value)}: it must be a whole number from ${least} to ${most.toLocaleString('en-US')}.`,
  );
}
