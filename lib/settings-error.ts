import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** A context key or a property of the construct is wrong. The message names it, what was found and what it takes. */
export class SettingsError extends StreamgaugeError {
  override readonly name = 'SettingsError';
  readonly code = 'settings';
}

/** The error for a wrong value of a setting; `takes` says what it must be. */
export function wrongSetting(key: string, value: unknown, takes: string): SettingsError {
  return new SettingsError(`The setting '${key}' is ${JSON.stringify(value) ?? 'undefined'}: it must be ${takes}.`);
}
