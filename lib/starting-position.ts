import { parseInstant } from '../engine/time/instant.ts';
import type { PipelineSettings } from './settings.ts';
import { SettingsError, wrongSetting } from './settings-error.ts';

/**
 * When the records arrived with which reading begins, in seconds since 1970; null where that is the oldest record.
 *
 * There is no `latest`: what arrives until Lambda has made the event source mapping would be lost without a word, and no sweep could
 * tell a shard that is idle from one whose first records wait. A time says it for all who read.
 *
 * @throws SettingsError where it is no time, or no whole second.
 */
export function startsAtSeconds({ startingPosition }: Pick<PipelineSettings, 'startingPosition'>): number | null {
  if (startingPosition === 'oldest') return null;
  if (startingPosition === 'latest') {
    throw new SettingsError(
      'The setting \'startingPosition\' is "latest", which loses what arrives while the stack is made: give the time of now, such as 2026-03-01T12:00:00Z.',
    );
  }
  const ms = typeof startingPosition === 'string' ? parseInstant(startingPosition) : Number.NaN;
  if (ms > 0 && ms % 1000 === 0) return ms / 1000;
  throw wrongSetting(
    'startingPosition',
    startingPosition,
    "'oldest', or a time to the second, such as 2026-03-01T00:00:00Z",
  );
}
