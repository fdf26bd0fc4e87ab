import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { Card } from '../components/card.tsx';
import { slowestWatermark } from '../components/status.tsx';
import { formatFull } from '../format/numbers.ts';
import { formatClock, formatDate, formatWindow, type Zone } from '../format/times.ts';
import { useAnswer } from '../live/answers.ts';
import { api, dataNowMs, overview, tick, zone } from '../live/store.ts';
import { formatOf, whatOf } from './column-words.ts';
import { drawGaps, drawMarks, drawOpenWindows, drawTimes, label } from './marks.ts';
import { Plot, type PlotSeries, type PlotSpec, type TooltipLine } from './plot.tsx';
import { CalmRange, tickWords, yRange } from './range.ts';
import { isSparse, type Line, lineOf, namesOf, type Point, stepOf } from './timeline-data.ts';

interface LineChartProps {
  readonly view: ViewDescription;
  readonly place: string;
  readonly column: Column;
  readonly detector: string | null;
  readonly forecast: string | null;
  readonly end?: ComponentChildren;
}

const MAIN_HEIGHT = 206;
const HEIGHT = 146;

/** One series with what was expected of it and how it goes on. */
export function LineChart({ view, place, column, detector, forecast, end }: LineChartProps) {
  const columns = { value: column.name, detector, forecast };
  const version = overview.value?.views[view.name]?.version ?? 0;
  const openEvents = overview.value?.counters.accepted ?? 0;
  const question = `${view.name} ${column.name} ${version} ${openEvents}`;
  const answer = useAnswer(question, () => api.series(view.name, { columns: namesOf(columns), points: 1000 }));
  const { data, problem, isSlow } = answer.value;
  const stepMs = stepOf(view.window);
  const line = useMemo(() => (data === null ? null : lineOf(data, columns, stepMs)), [data]);
  const last = line?.points.findLast(({ isFinal, value }) => isFinal && value !== null);
  const open = line?.points.findLast(({ isFinal, value }) => !isFinal && value !== null);
  const inZone = zone.value;
  const format = formatOf(column);
  return (
    <Card view={view} place={place} what={whatOf(view, column)} end={end} problem={problem} isSlow={isSlow}>
      <div class="headline">
        {last === undefined ? (
          <span>
            {line === null || line.points.length === 0 ? 'Waiting for the first row.' : 'No window is final yet.'}
          </span>
        ) : (
          <>
            <b>{format(last.value as number)}</b>
            <span>last final window, {formatWindow(last.start, last.end, inZone, dataNowMs())}</span>
          </>
        )}
        {open !== undefined && (
          <span class="chip open">
            <span>
              {format(open.value as number)} so far in {formatWindow(open.start, open.end, inZone, dataNowMs())}
            </span>
          </span>
        )}
      </div>
      {line !== null && line.points.length > 0 && stepMs !== null && (
        <LinePlot line={line} column={column} stepMs={stepMs} height={place === 'main' ? MAIN_HEIGHT : HEIGHT} />
      )}
      {line !== null && line.pointsInAll > line.points.length && (
        <p class="what">
          {formatFull(line.points.length)} of {formatFull(line.pointsInAll)} points, peaks kept
        </p>
      )}
    </Card>
  );
}

interface LinePlotProps {
  readonly line: Line;
  readonly column: Column;
  readonly stepMs: number;
  readonly height: number;
}

export function LinePlot({ line, column, stepMs, height }: LinePlotProps) {
  void tick.value;
  const calm = useRef(new CalmRange());
  const inZone = zone.value;
  const spec = useMemo(() => specOf(line, column, stepMs, inZone, calm.current), [line, inZone, tick.value]);
  return <Plot spec={spec} height={height} />;
}

function specOf(line: Line, column: Column, stepMs: number, inZone: Zone, calm: CalmRange): PlotSpec {
  const rows = rowsOf(line);
  const bars = isSparse(line, stepMs);
  const format = formatOf(column);
  const values = rows.flatMap(({ value, lower, upper, next }) => [
    value,
    lower,
    upper,
    next?.lower ?? null,
    next?.upper ?? null,
  ]);
  const numbers = values.filter((value) => value !== null);
  const least = numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const isFromZero = bars || column.combine === 'sum' || column.unit === 'ratio';
  const first = rows[0]?.at ?? 0;
  const last = rows.at(-1)?.at ?? 1;
  const nowMs = dataNowMs();
  const watermark = overview.value === null ? null : slowestWatermark(overview.value);
  const series: PlotSeries[] = [
    { name: 'upper', color: 'band', draw: 'none' },
    { name: 'lower', color: 'band', draw: 'none' },
    { name: 'forecast upper', color: 'accentSoft', draw: 'none' },
    { name: 'forecast lower', color: 'accentSoft', draw: 'none' },
    { name: 'forecast', color: 'accent', draw: 'dashed' },
    { name: column.name, color: 'accent', draw: bars ? 'bars' : 'line' },
  ];
  return {
    x: rows.map(({ at }) => at),
    data: [
      rows.map(({ upper }) => upper),
      rows.map(({ lower }) => lower),
      rows.map(({ next }) => next?.upper ?? null),
      rows.map(({ next }) => next?.lower ?? null),
      rows.map(({ next }) => next?.value ?? null),
      rows.map(({ value, isFinal }) => (isFinal ? value : null)),
    ],
    series,
    bands: [
      [0, 1, 'band'],
      [2, 3, 'accentSoft'],
    ],
    range: calm.next(yRange(least, greatest, isFromZero), performance.now()),
    xRange: [first - stepMs / 2, last + stepMs / 2],
    stepMs,
    formatY: format,
    formatX: (ms) => tickWords(ms, formatClock(ms, inZone), formatDate(ms, inZone)),
    drawBelow: (canvas) => drawGaps(canvas, bars ? [] : line.gaps, stepMs),
    drawAbove: (canvas) => {
      drawOpenWindows(canvas, line.points);
      drawMarks(canvas, line);
      drawTimes(canvas, watermark, nowMs);
      const firstNext = line.forecast[0];
      const lastNext = line.forecast.at(-1);
      if (firstNext !== undefined && lastNext !== undefined) {
        label(
          canvas,
          'forecast, 95 %',
          canvas.x(lastNext.start) - 4,
          canvas.y(lastNext.upper) - 8 * canvas.scale,
          'accent',
          'right',
        );
      }
    },
    tooltip: (index) => tooltipOf(rows[index], column, inZone, nowMs),
    words: wordsOf(line, column, inZone, nowMs),
  };
}

interface PlotRow {
  readonly at: number;
  readonly value: number | null;
  readonly isFinal: boolean;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly next: { readonly value: number; readonly lower: number; readonly upper: number } | null;
  readonly point: Point | null;
}

/** A row for each window, one of nothing in each gap so that no line goes over it, and those to come. */
function rowsOf({ points, gaps, forecast }: Line): PlotRow[] {
  const rows: PlotRow[] = points.map((point) => ({
    at: (point.start + point.end) / 2,
    value: point.value,
    isFinal: point.isFinal,
    lower: point.lower,
    upper: point.upper,
    next: null,
    point,
  }));
  const nothing = { value: null, isFinal: true, lower: null, upper: null, next: null, point: null };
  for (const { start, end } of gaps) rows.push({ at: (start + end) / 2, ...nothing });
  for (const next of forecast) {
    const at = (next.start + next.end) / 2;
    const open = rows.findIndex((row) => row.at === at);
    if (open === -1) rows.push({ at, ...nothing, next });
    else rows[open] = { ...(rows[open] as PlotRow), next };
  }
  return rows.sort((a, b) => a.at - b.at);
}

function tooltipOf(
  row: PlotRow | undefined,
  column: Column,
  inZone: Zone,
  nowMs: number,
): readonly TooltipLine[] | null {
  if (row === undefined) return null;
  const format = formatOf(column);
  if (row.point === null) {
    if (row.next === null) return [{ name: 'no events' }];
    return [
      { name: `${formatClock(row.at, inZone)} ${inZone}`, value: 'forecast', strong: true },
      { name: column.name, value: format(row.next.value) },
      { name: '95 of 100', value: `${format(row.next.lower)} to ${format(row.next.upper)}` },
    ];
  }
  const { start, end, value, isFinal, revision, lower, upper, anomaly } = row.point;
  const state = isFinal ? `final, r${revision}` : 'open, so far';
  return [
    { name: `${formatWindow(start, end, inZone, nowMs)} ${inZone}`, value: state, strong: true },
    { name: column.name, value: value === null ? 'null' : column.unit === 'count' ? formatFull(value) : format(value) },
    ...(lower === null || upper === null ? [] : [{ name: 'expected', value: `${format(lower)} to ${format(upper)}` }]),
    ...(anomaly?.reason == null ? [] : [{ name: anomaly.reason }]),
  ];
}

/** The chart in a sentence: its last value, its range and what stands out. */
function wordsOf({ points }: Line, column: Column, inZone: Zone, nowMs: number): string {
  const format = formatOf(column);
  const final = points.filter(({ isFinal, value }) => isFinal && value !== null);
  const last = final.at(-1);
  if (last === undefined) return `${column.name}: no final window yet.`;
  const values = final.map(({ value }) => value as number);
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const anomalies = points.filter(({ anomaly }) => anomaly !== null).length;
  const found = anomalies === 0 ? 'No anomalies.' : `${anomalies} ${anomalies === 1 ? 'anomaly' : 'anomalies'}.`;
  return `${column.name}: ${format(last.value as number)} in ${formatWindow(last.start, last.end, inZone, nowMs)}. ${final.length} windows from ${format(least)} to ${format(greatest)}. ${found}`;
}
