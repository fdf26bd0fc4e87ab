import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { formatBytes, formatCount, formatShare } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';
import { stepOf } from './timeline-data.ts';

/** A column's values in its unit. */
export function formatOf({ unit, type }: Pick<Column, 'unit' | 'type'>): (value: number) => string {
  if (type === 'boolean') return (value) => (value === 1 ? 'true' : value === 0 ? 'false' : '');
  switch (unit) {
    case 'ratio':
      return formatShare;
    case 'bytes':
      return formatBytes;
    case 'ms':
      return formatMillis;
    default:
      return formatCount;
  }
}

/** Durations of machines are short: 120 ms, and from a second on as others. */
function formatMillis(ms: number): string {
  return Math.abs(ms) < 1000 ? `${formatCount(ms)} ms` : formatDuration(ms);
}

/** `requests in 5 min by status`: what one row of a column is. */
export function whatOf(view: ViewDescription, column: Column): string {
  const step = stepOf(view.window);
  const { size_ms: size }: Readonly<Record<string, unknown>> = view.window;
  const inWindow = typeof size === 'number' ? ` in ${formatDuration(size)}` : '';
  const by = view.group_by.length === 0 ? '' : ` by ${view.group_by.join(', ')}`;
  const every = step !== null && step !== size ? `, each ${formatDuration(step)}` : '';
  return `${column.name}${inWindow}${every}${by}`;
}
