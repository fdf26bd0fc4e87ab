import type { WindowDefinition } from '../definition/window.ts';
import type { MissedWindows } from '../ports/dead-letter-sink.ts';
import { firstWindowEndingAfter, gridOf, paneStartOf } from './aligned.ts';

/** From where to where the windows reach that an event missed: the first `windows` of those that hold it. */
export function missedWindows(
  window: WindowDefinition,
  timeMs: number,
  windows: number,
): Pick<MissedWindows, 'windowStartMs' | 'windowEndMs'> {
  switch (window.kind) {
    case 'tumbling':
    case 'sliding': {
      const grid = gridOf(window);
      const windowStartMs = firstWindowEndingAfter(grid, paneStartOf(grid, timeMs));
      return { windowStartMs, windowEndMs: windowStartMs + (windows - 1) * grid.slideMs + grid.sizeMs };
    }
    case 'session':
      return { windowStartMs: timeMs, windowEndMs: timeMs + window.gapMs };
    case 'global':
      throw new Error('Nothing is late for a global window.');
  }
}
