import { BugError } from '../ir/bug-error.ts';
import type { WindowDefinition } from '../ir/window.ts';
import { firstWindowEndingAfter, gridOf } from './aligned.ts';

/** Where a window begins and ends. */
export interface WindowBounds {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
}

/**
 * The window that an event missed, of several the first. That is the same however many of them a container takes for
 * missed: one that was overtaken knows of fewer.
 */
export function missedWindow(window: WindowDefinition, timeMs: number): WindowBounds {
  switch (window.kind) {
    case 'tumbling':
    case 'sliding': {
      const grid = gridOf(window);
      const windowStartMs = firstWindowEndingAfter(grid, timeMs);
      return { windowStartMs, windowEndMs: windowStartMs + grid.sizeMs };
    }
    case 'session':
      return { windowStartMs: timeMs, windowEndMs: timeMs + window.gapMs };
    case 'global':
      throw new BugError('Nothing is late for a global window.');
  }
}
