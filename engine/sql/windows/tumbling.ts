import type { TumblingWindow } from '../../ir/window.ts';
import { floorTo } from './floor-to.ts';
import type { Windowed, WindowInput } from './windowed.ts';

export function tumblingWindows({ sizeMs, offsetMs }: TumblingWindow, { from, eventTime }: WindowInput): Windowed {
  const start = floorTo(eventTime, sizeMs, offsetMs);
  const columns = [`${start} AS "window_start"`, `${start} + ${sizeMs} AS "window_end"`];
  return { ctes: [], from, columns, keys: ['1', '2'], windowMs: String(sizeMs) };
}
