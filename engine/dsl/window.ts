import { type Duration, durationMs } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import {
  type GlobalWindow,
  MAX_OVERLAP,
  type SessionWindow,
  type SlidingWindow,
  type TumblingWindow,
  type Window,
  type WindowDefinition,
} from '../ir/window.ts';
import { checkSettings } from './settings.ts';

/**
 * Windows of one size without gaps or overlaps, aligned to 1970-01-01T00:00Z plus the offset.
 *
 * @example tumbling('1 day', { offset: '5 hours' }) // days that begin at 05:00 UTC
 */
export function tumbling(size: Duration, options: { readonly offset?: Duration } = {}): Window<'tumbling'> {
  checkSettings(options, ['offset'], 'tumbling(…)');
  const sizeMs = durationMs(size, 'tumbling(size)', 1);
  const offsetMs = durationMs(options.offset ?? '0 ms', 'tumbling(…, { offset })') % sizeMs;
  const window: TumblingWindow = { kind: 'tumbling', sizeMs, offsetMs };
  return window;
}

export interface SlidingOptions {
  /** How long each window is. */
  readonly size: Duration;
  /** From one window's start to the next one's. Longer than the size, it leaves gaps: an event there is in no window. */
  readonly slide: Duration;
  readonly offset?: Duration;
}

/**
 * Windows of one size that overlap: an event is in each that it falls into, and costs what it costs in one. Aligned to
 * 1970-01-01T00:00Z plus the offset.
 *
 * @example sliding({ size: '1 hour', slide: '5 minutes' }) // every five minutes, the last hour
 */
export function sliding(options: SlidingOptions): Window<'sliding'> {
  checkSettings(options, ['size', 'slide', 'offset'], 'sliding(…)');
  const sizeMs = durationMs(options.size, 'sliding({ size })', 1);
  const slideMs = durationMs(options.slide, 'sliding({ slide })', 1);
  if (sizeMs / slideMs > MAX_OVERLAP) {
    throw new DefinitionError(
      `sliding({ size: '${options.size}', slide: '${options.slide}' }) has ${Math.ceil(sizeMs / slideMs)} windows at every moment, and at most ${MAX_OVERLAP} are taken. Choose a longer slide.`,
    );
  }
  const offsetMs = durationMs(options.offset ?? '0 ms', 'sliding({ offset })') % slideMs;
  const window: SlidingWindow = { kind: 'sliding', sizeMs, slideMs, offsetMs };
  return window;
}

/**
 * Windows that a group makes itself: its events at most `gap` apart, from the first event to the last one plus the gap.
 *
 * @example session({ gap: '30 minutes' })
 */
export function session(options: { readonly gap: Duration }): Window<'session'> {
  checkSettings(options, ['gap'], 'session(…)');
  const window: SessionWindow = { kind: 'session', gapMs: durationMs(options.gap, 'session({ gap })', 1) };
  return window;
}

/**
 * Running totals of each group since the beginning. A group's row is replaced at the end of every interval in which it
 * changed; between these, totals can be read as of the last commit.
 *
 * @example global({ emitEvery: '10 seconds' })
 */
export function global(options: { readonly emitEvery: Duration }): Window<'global'> {
  checkSettings(options, ['emitEvery'], 'global(…)');
  const window: GlobalWindow = {
    kind: 'global',
    emitEveryMs: durationMs(options.emitEvery, 'global({ emitEvery })', 1),
  };
  return window;
}

const KINDS = ['tumbling', 'sliding', 'session', 'global'];

/** The window of a view, as `tumbling(…)` and its like made it. `where` names view and method for the error. */
export function checkWindow(window: Window, where: string): WindowDefinition {
  if (KINDS.includes(window?.kind)) return window as WindowDefinition;
  throw new DefinitionError(
    `${where}: '${window?.kind}' is not a kind of window. Use tumbling('5 minutes'), sliding({ … }), session({ … }) or global({ … }).`,
  );
}
