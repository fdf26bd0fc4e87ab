import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { formatBytes, formatCount, formatShare } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';
import { stepOf } from './timeline-data.ts';

/** A column's values in its unit. */
export function formatOf({ unit }: Pick<Column, 'unit'>): (value: number) => string {
  switch (unit) {
    case 'ratio':
      return formatShare;
    case 'bytes':
      return formatBytes;
    case 'ms':
      return formatDuration;
    default:
      return formatCount;
  }
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
