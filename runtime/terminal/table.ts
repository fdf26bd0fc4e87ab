import { greatest } from '../../engine/lists/extremes.ts';
import type { Style } from './color.ts';
import { displayWidth, type Line, type Span, sanitize, toWidth } from './text.ts';

export interface TableColumn {
  readonly name: string;
  readonly align: 'left' | 'right';
  /** A text may be cut to so many columns, where there is no room; what is not set is never cut: half a number is wrong. */
  readonly leastWidth?: number;
}

export interface TableRow {
  readonly cells: readonly string[];
  readonly style: Style;
}

export interface TableLayout {
  readonly lines: readonly Line[];
  /** Names of columns for which there was no room: the last ones. */
  readonly leftOut: readonly string[];
  readonly widths: readonly number[];
}

const GAP = '  ';

/**
 * A head and rows in columns that are as wide as what is in them, as far as a width allows; and at least as wide as they were
 * before, where a table goes on.
 */
export function tableLayout(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  width: number,
  before: readonly number[] = [],
): TableLayout {
  const wanted = columns.map(({ name }, index) => {
    const texts = [name, ...rows.map(({ cells }) => cells[index] ?? '')];
    return Math.max(before[index] ?? 0, greatest(texts.map((text) => displayWidth(sanitize(text)))));
  });
  const widths = widthsOf(columns, wanted, width);
  const shown = columns.slice(0, widths.length);
  const line = (cells: readonly string[], style: Style): Line =>
    shown.map(
      ({ align }, index): Span => ({
        text: (index === 0 ? '' : GAP) + toWidth(cells[index] ?? '', widths[index] ?? 0, align),
        style,
      }),
    );
  const head = line(
    shown.map(({ name }) => name),
    'faint',
  );
  return {
    lines: [head, ...rows.map(({ cells, style }) => line(cells, style))],
    leftOut: columns.slice(widths.length).map(({ name }) => name),
    widths,
  };
}

/** Widths of the columns, as many as fit: texts are cut before a column is left out. */
function widthsOf(columns: readonly TableColumn[], wanted: readonly number[], width: number): number[] {
  const least = columns.map(({ leastWidth }, index) =>
    Math.min(wanted[index] ?? 0, leastWidth ?? Number.POSITIVE_INFINITY),
  );
  while (least.length > 1 && total(least) > width) least.pop();
  const widths = wanted.slice(0, least.length);
  for (let excess = total(widths) - width; excess > 0; excess--) {
    const slack = widths.map((each, index) => each - (least[index] ?? 0));
    const widest = slack.indexOf(greatest(slack));
    if ((slack[widest] ?? 0) <= 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}
