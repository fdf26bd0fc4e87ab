import { checkSettings } from '../dsl/settings.ts';
import { type Duration, durationMs, formatDuration, type NotADuration } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import {
  MAX_OVERLAP,
  type SlidingWindow,
  type Window,
  type WindowColumn,
  type WindowTraits,
  withTraits,
} from '../ir/window.ts';
import { gridOf, offsetOf } from './aligned.ts';
import { ALIGNED_TRAITS, AlignedKind, alignedWords } from './aligned-kind.ts';
import type { WindowKindOf, WindowWords } from './window-kind.ts';
import type { SqlEvents, SqlWindows } from './window-sql.ts';

export interface SlidingOptions<D extends string = Duration> {
  /** How long each window is. */
  readonly size: D extends Duration ? D : NotADuration<D>;
  /** From one window's start to the next one's. Longer than the size, it leaves gaps: an event there is in no window. */
  readonly slide: D extends Duration ? D : NotADuration<D>;
  /** Moves the start of all windows. `'0 ms'` unless set. */
  readonly offset?: D extends Duration ? D : NotADuration<D>;
}

/**
 * Windows of one size that overlap: an event is in each that it falls into, and costs what it costs in one. Aligned to
 * 1970-01-01T00:00Z plus the offset.
 *
 * @example sliding({ size: '1 hour', slide: '5 minutes' }) // every five minutes, the last hour
 */
export function sliding<const D extends string = Duration>(options: SlidingOptions<D>): Window<'sliding'> {
  checkSettings(options, ['size', 'slide', 'offset'], 'sliding(…)');
  const sizeMs = durationMs(options.size, 'sliding({ size })', 1);
  const slideMs = durationMs(options.slide, 'sliding({ slide })', 1);
  if (sizeMs / slideMs > MAX_OVERLAP) {
    throw new DefinitionError(
      `sliding({ size: '${options.size}', slide: '${options.slide}' }) has ${Math.ceil(sizeMs / slideMs)} windows at every moment, and at most ${MAX_OVERLAP} are taken. Choose a longer slide.`,
    );
  }
  const offsetMs = offsetOf(options.offset, slideMs, 'sliding({ offset })');
  return withTraits({ kind: 'sliding', sizeMs, slideMs, offsetMs }, TRAITS);
}

const TRAITS: WindowTraits<WindowColumn<'sliding'>> = {
  ...ALIGNED_TRAITS,
  refuses: { ...ALIGNED_TRAITS.refuses, totals: 'sliding windows share their parts' },
};

export class SlidingKind extends AlignedKind implements WindowKindOf<'sliding'> {
  readonly #window: SlidingWindow;

  constructor(window: SlidingWindow) {
    super(gridOf(window));
    this.#window = window;
  }

  get words(): WindowWords {
    const { sizeMs, slideMs, offsetMs } = this.#window;
    return alignedWords('sliding', `${formatDuration(sizeMs)} every ${formatDuration(slideMs)}`, offsetMs);
  }

  /** Each event becomes one row for each window that holds it, and none in a gap between windows. */
  sql(events: SqlEvents): SqlWindows {
    const { sizeMs, slideMs, offsetMs } = this.#window;
    const { eventTime } = events;
    const start = events.unusedName('window start');
    const first = `${events.floorTo(`(${eventTime} - ${sizeMs})`, slideMs, offsetMs)} + ${slideMs}`;
    const last = events.floorTo(eventTime, slideMs, offsetMs);
    const from = events.expand('windowed', events.from, start, { first, last, step: slideMs });
    const columns = [`${start} AS "window_start"`, `${start} + ${sizeMs} AS "window_end"`];
    return { from, columns, keys: ['1', '2'], windowMs: String(sizeMs) };
  }
}
