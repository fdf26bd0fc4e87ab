import type { Column } from '../../../api/schemas/pipeline.ts';
import { formatFull } from '../format/numbers.ts';
import { formatMoment, type Zone } from '../format/times.ts';
import { formatOf } from './column-words.ts';
import type { Point } from './timeline-data.ts';

/** Sentences about what a chart shows. */

/** `final, r1`; `r3, revised 18:02`; `open, so far`. Rows are revised by the server's clock, also where their events are years old. */
export function stateWords(
  { isFinal, revision, revisedAt }: Pick<Point, 'isFinal' | 'revision' | 'revisedAt'>,
  inZone: Zone,
  serverMs: number,
): string {
  if (!isFinal) return 'open, so far';
  return revision > 1 ? revisedWords(revision, revisedAt, inZone, serverMs) : `final, r${revision}`;
}

/** `r3, revised 18:02`; without the time where nobody knows it. */
export function revisedWords(revision: number, revisedAt: number | null, inZone: Zone, serverMs: number): string {
  return `r${revision}, revised${revisedAt === null ? '' : ` ${formatMoment(revisedAt, inZone, serverMs)}`}`;
}

/** A value with all its digits, as tooltips and tables have it. */
export function fullWords(column: Pick<Column, 'unit' | 'type'>, value: number | null): string {
  if (value === null) return 'null';
  const isPlain = column.type !== 'boolean' && (column.unit === 'count' || column.unit === null);
  return isPlain ? formatFull(value) : formatOf(column)(value);
}

/** `1,000 of 8,640 points, peaks kept`; null where all are drawn. */
export function decimationWords(
  points: number,
  inAll: number,
  { isCut, isShaded = false }: { readonly isCut: boolean; readonly isShaded?: boolean },
): string | null {
  const cut = isCut ? 'not all rows were read: choose a shorter range' : null;
  if (inAll <= points) return cut;
  return [
    `${formatFull(points)} of ${formatFull(inAll)} points, peaks kept${isShaded ? ', shaded from the least to the greatest' : ''}`,
    cut,
  ]
    .filter((word) => word !== null)
    .join('; ');
}
