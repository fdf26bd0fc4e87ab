import type { GlobalWindow } from '../../ir/window.ts';
import { floorTo } from './floor-to.ts';
import type { Windowed, WindowInput } from './windowed.ts';

/** Totals over all events of a group, as of the end of the interval that its latest event lies in. */
export function globalWindow({ emitEveryMs }: GlobalWindow, { from, eventTime }: WindowInput): Windowed {
  const columns = [`max(${floorTo(eventTime, emitEveryMs, 0)}) + ${emitEveryMs} AS "as_of"`];
  return { ctes: [], from, columns, keys: [], windowMs: 'NULL' };
}
