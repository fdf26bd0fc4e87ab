import type { SlidingWindow } from '../../ir/window.ts';
import { unusedName } from '../columns.ts';
import { floorTo } from './floor-to.ts';
import type { Windowed, WindowInput } from './windowed.ts';

/** Each event becomes one row for each window that holds it, and none in a gap between windows. */
export function slidingWindows(
  { sizeMs, slideMs, offsetMs }: SlidingWindow,
  { from, names, eventTime, prefix, dialect }: WindowInput,
): Windowed {
  const start = unusedName('window start', names);
  const first = `${floorTo(`(${eventTime} - ${sizeMs})`, slideMs, offsetMs)} + ${slideMs}`;
  const last = floorTo(eventTime, slideMs, offsetMs);
  const cte = { name: `${prefix}windowed`, sql: dialect.expand(from, start, { first, last, step: slideMs }) };
  const columns = [`${start} AS "window_start"`, `${start} + ${sizeMs} AS "window_end"`];
  return { ctes: [cte], from: cte.name, columns, keys: ['1', '2'], windowMs: String(sizeMs) };
}
