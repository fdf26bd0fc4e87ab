import { greatest } from '../../engine/lists/extremes.ts';
import type { RowColumns } from '../../engine/plan/row.ts';
import { groupValueText } from '../../engine/text/group-value-text.ts';
import type { StreamStatus, ViewStatus } from '../live-status.ts';
import { bar, plainBar } from './bar.ts';
import type { Style } from './color.ts';
import { formatCell, formatClock, formatCount, formatDay, formatWindow, sameDay } from './format.ts';
import { displayWidth, justify, type Line, lineWidth, type Span, sanitize, toWidth } from './text.ts';
import { chooseBlocks, type WindowBlock } from './window-blocks.ts';

const MARGIN: Span = { text: ' ' };
const MARKER = '   ';
const GAP = '  ';
const SHORTEST_LABEL = 14;
const LONGEST_LABEL = 60;
const LONGEST_BAR = 24;
const BAR_STEP = 8;

/** A view in at most `height` lines: its title with the open window's bar, a head, rows of the open and closed windows. */
export function viewLines(view: ViewStatus, stream: StreamStatus | undefined, width: number, height: number): Line[] {
  const title = titleLine(view, stream, width);
  if (height < 3) return [title].slice(0, height);
  const blocks = chooseBlocks(view, height - 2);
  if (blocks.length === 0) return [title];
  return [title, ...tableLines(view, blocks, width)];
}

function titleLine(view: ViewStatus, stream: StreamStatus | undefined, width: number): Line {
  const name: Line = [MARGIN, { text: view.name, style: 'strong' }];
  const right = [...openWindowBar(view, stream, width), MARGIN];
  const counts: Span = { text: `${GAP}${countsText(view)}`, style: 'faint' };
  const full = [...name, counts];
  return lineWidth(full) + lineWidth(right) < width ? justify(full, right, width) : justify(name, right, width);
}

function countsText({ finalRows, finalWindows, groupBy }: ViewStatus): string {
  const windows = `${formatCount(finalWindows)} window${finalWindows === 1 ? '' : 's'}`;
  return groupBy.length === 0 ? `${windows} closed` : `${windows}, ${formatCount(finalRows)} rows`;
}

/** `19 May 07:05 ━━━╍╍───── 07:10`: solid up to the watermark, dashed up to the latest event. */
function openWindowBar(view: ViewStatus, stream: StreamStatus | undefined, width: number): Line {
  const [next] = view.open;
  if (next === undefined) return [{ text: 'no open window', style: 'faint' }];
  const share = (ms: number | null | undefined) => ((ms ?? next.startMs) - next.startMs) / (next.endMs - next.startMs);
  const cells = Math.max(8, Math.min(40, Math.floor(width / 4)));
  const end = sameDay(next.startMs, next.endMs - 1) ? '' : `${formatDay(next.endMs).trim()} `;
  return [
    { text: `${formatDay(next.startMs).trim()} ${formatClock(next.startMs)} ` },
    ...bar(cells, share(stream?.watermarkMs), share(stream?.latestEventMs)),
    { text: ` ${end}${formatClock(next.endMs)}` },
  ];
}

interface TableRow {
  readonly open: boolean;
  /** The window in its first row, how many groups it has in the second. */
  readonly time: string;
  readonly isFirst: boolean;
  readonly label: string;
  readonly cells: readonly string[];
  /** The first column, where it is a number. */
  readonly size: number;
}

function tableLines(view: ViewStatus, blocks: readonly WindowBlock[], width: number): Line[] {
  const rows = tableRows(view, blocks);
  const layout = tableLayout(view, rows, width);
  const largest = Math.max(0, greatest(rows.map((row) => row.size)));
  const body = rows.map((row): Line => {
    const style = !row.isFirst ? 'faint' : row.open ? 'accent' : 'plain';
    const marker = row.open && row.isFirst ? ' ▸ ' : MARKER;
    const time: Span = { text: marker + toWidth(row.time, layout.time, 'right'), style };
    return [time, ...tableCells(layout, row.label, row.cells, 'plain', row.size / largest)];
  });
  return [tableHead(view, layout), ...body];
}

function tableHead(view: ViewStatus, layout: TableLayout): Line {
  const time: Span = { text: MARKER + toWidth('window', layout.time), style: 'faint' };
  const missing: Span = { text: layout.cells.length < view.columns.length ? '…' : '', style: 'faint' };
  return [time, ...tableCells(layout, view.groupBy.join(' · '), view.columns, 'faint', 0), missing];
}

function tableCells(layout: TableLayout, label: string, cells: readonly string[], style: Style, share: number): Line {
  const numbers = layout.cells.map((cell, index) => GAP + toWidth(cells[index] ?? '', cell, 'right'));
  return [
    { text: layout.label === 0 ? '' : GAP + toWidth(label, layout.label), style },
    { text: ' '.repeat(layout.spare) + (layout.bars === 0 ? '' : GAP) },
    { text: toWidth(plainBar(layout.bars, share), layout.bars), style: 'accent' },
    { text: numbers.join(''), style },
  ];
}

/** Widths of the parts of a row, in order; each but the time has two columns before it where it is not 0. */
interface TableLayout {
  readonly time: number;
  readonly label: number;
  readonly spare: number;
  /** Bars as long as the first number is large, where there is room for them. */
  readonly bars: number;
  readonly cells: readonly number[];
}

function tableLayout(view: ViewStatus, rows: readonly TableRow[], width: number): TableLayout {
  const time = Math.max('window'.length, greatest(rows.map((row) => displayWidth(row.time))));
  const labels = [view.groupBy.join(' · '), ...rows.map((row) => sanitize(row.label))];
  const wanted = view.groupBy.length === 0 ? 0 : Math.min(LONGEST_LABEL, greatest(labels.map(displayWidth)));
  const inner = width - MARKER.length - time - MARGIN.text.length;
  const cells = fitColumns(view.columns, rows, inner - withGap(Math.min(wanted, SHORTEST_LABEL)));
  const left = inner - totalWidth(cells);
  const label = Math.max(0, Math.min(wanted, left - GAP.length));
  const free = left - withGap(label);
  // In steps, so that bars do not change their scale whenever a label does.
  const steps = Math.floor(Math.max(0, free - GAP.length) / BAR_STEP);
  const bars = cells.length < view.columns.length ? 0 : Math.min(LONGEST_BAR, steps * BAR_STEP);
  return { time, label, spare: Math.max(0, free - withGap(bars)), bars, cells };
}

function withGap(width: number): number {
  return width === 0 ? 0 : width + GAP.length;
}

function tableRows(view: ViewStatus, blocks: readonly WindowBlock[]): TableRow[] {
  const dated = blocks.some(({ window }) => !sameDay(window.startMs, blocks[0]?.window.startMs ?? 0));
  const shown = blocks.flatMap(({ window, lines }) => window.top.slice(0, lines));
  const fractional = new Set(view.columns.filter((column) => shown.some((row) => isFraction(row[column]))));
  return blocks.flatMap(({ window, open, lines }, index) => {
    const before = blocks[index - 1];
    const newDay = before === undefined || !sameDay(before.window.startMs, window.startMs);
    const day = !dated ? '' : newDay ? `${formatDay(window.startMs)} ` : ' '.repeat(7);
    return Array.from({ length: lines }, (_, line): TableRow => {
      const row = window.top[line];
      const hidden = window.groups - lines;
      const more = lines === 1 && hidden > 0 ? ` +${formatCount(hidden)} more` : '';
      const groups = line === 1 && hidden > 0 ? `${formatCount(window.groups)} groups` : '';
      return {
        open,
        isFirst: line === 0,
        time: line === 0 ? day + formatWindow(window.startMs, window.endMs) : groups,
        label: row === undefined ? '' : groupLabel(view, row) + revisionText(row) + more,
        cells: view.columns.map((column) => sanitize(formatCell(row?.[column], fractional.has(column)))),
        size: sizeOf(row?.[view.columns[0] ?? '']),
      };
    });
  });
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && !Number.isInteger(value);
}

function sizeOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}

/** The group of a row: its values, in the order of `groupBy`. */
export function groupLabel(view: ViewStatus, row: RowColumns): string {
  return view.groupBy.map((name) => groupValueText(row[name])).join(' · ');
}

function revisionText(row: RowColumns & { readonly revision?: number }): string {
  return row.revision !== undefined && row.revision > 1 ? ` (revision ${row.revision})` : '';
}

/**
 * Widths of the columns, as many as fit. A long name is cut before a column is left out, and a value is never cut: half
 * a number would be a wrong one.
 */
function fitColumns(names: readonly string[], rows: readonly TableRow[], room: number): number[] {
  const least = names.map((_, index) => Math.max(6, greatest(rows.map((row) => displayWidth(row.cells[index] ?? '')))));
  while (least.length > 0 && totalWidth(least) > room) least.pop();
  const widths = least.map((width, index) => Math.max(displayWidth(names[index] as string), width));
  for (let excess = totalWidth(widths) - room; excess > 0; excess--) {
    const slack = widths.map((width, index) => width - (least[index] as number));
    const widest = slack.indexOf(greatest(slack));
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}

function totalWidth(columns: readonly number[]): number {
  return columns.reduce((sum, width) => sum + withGap(width), 0);
}
