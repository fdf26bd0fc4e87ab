import { checkSettings } from '../dsl/settings.ts';
import { type Duration, durationMs, formatDuration, type NotADuration } from '../ir/duration.ts';
import { type TumblingWindow, type Window, withTraits } from '../ir/window.ts';
import { gridOf, offsetOf } from './aligned.ts';
import { ALIGNED_TRAITS, AlignedKind, alignedWords } from './aligned-kind.ts';
import type { WindowKindOf, WindowWords } from './window-kind.ts';
import type { SqlEvents, SqlWindows } from './window-sql.ts';

export interface TumblingOptions<D extends string = Duration> {
  /** Moves the start of all windows: `tumbling('1 day', { offset: '6 hours' })` begins at 06:00 UTC. `'0 ms'` unless set. */
  readonly offset?: D extends Duration ? D : NotADuration<D>;
}

/**
 * Windows of one size without gaps or overlaps, aligned to 1970-01-01T00:00Z plus the offset.
 *
 * @example tumbling('1 day', { offset: '5 hours' }) // days that begin at 05:00 UTC
 */
export function tumbling<const D extends string = Duration>(
  size: D extends Duration ? D : NotADuration<D>,
  options: TumblingOptions<D> = {},
): Window<'tumbling'> {
  checkSettings(options, ['offset'], 'tumbling(…)');
  const sizeMs = durationMs(size, 'tumbling(size)', 1);
  const offsetMs = offsetOf(options.offset, sizeMs, 'tumbling(…, { offset })');
  return withTraits({ kind: 'tumbling', sizeMs, offsetMs }, ALIGNED_TRAITS);
}

export class TumblingKind extends AlignedKind implements WindowKindOf<'tumbling'> {
  readonly #window: TumblingWindow;

  constructor(window: TumblingWindow) {
    super(gridOf(window));
    this.#window = window;
  }

  get words(): WindowWords {
    const { sizeMs, offsetMs } = this.#window;
    return alignedWords('tumbling', formatDuration(sizeMs), offsetMs);
  }

  sql(events: SqlEvents): SqlWindows {
    const { sizeMs, offsetMs } = this.#window;
    const start = events.floorTo(events.eventTime, sizeMs, offsetMs);
    const columns = [`${start} AS "window_start"`, `${start} + ${sizeMs} AS "window_end"`];
    return { from: events.from, columns, keys: ['1', '2'], windowMs: String(sizeMs) };
  }
}
