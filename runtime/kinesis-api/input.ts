import { KinesisApiError } from './errors.ts';
import type { Input } from './wire.ts';

/** @throws KinesisApiError `ValidationException` where the field is there and is no text. */
export function optionalText(input: Input, field: string): string | undefined {
  const value = input[field] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new KinesisApiError('ValidationException', `${field} must be text.`);
}

/** @throws KinesisApiError `ValidationException` where the field is there and is no whole number in the range. */
export function optionalWhole(input: Input, field: string, least: number, most: number): number | undefined {
  const value = input[field] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new KinesisApiError(
    'ValidationException',
    `${field} is ${JSON.stringify(value)}, and must be a whole number from ${least} to ${most}.`,
  );
}
