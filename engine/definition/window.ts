import { type Duration, durationMs } from './duration.ts';
import { checkSettings } from './settings.ts';

/** A kind of window as the definition sees it. Later kinds (sliding, session, global) join this union. */
export interface Window<out K extends string = string> {
  readonly kind: K;
}

export type WindowDefinition = TumblingWindow;

/** Windows of one size, one after the other: [offset + k · size, offset + (k + 1) · size) since 1970, UTC. */
export interface TumblingWindow extends Window<'tumbling'> {
  readonly sizeMs: number;
  readonly offsetMs: number;
}

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

/** The start of the window that an instant falls into. */
export function windowStartOf(window: TumblingWindow, timeMs: number): number {
  return Math.floor((timeMs - window.offsetMs) / window.sizeMs) * window.sizeMs + window.offsetMs;
}
