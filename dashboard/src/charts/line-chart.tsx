import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Group } from '../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { Card } from '../components/card.tsx';
import { ChartBox, type TableData } from '../components/chart-box.tsx';
import { nameOf } from '../components/group-words.ts';
import { formatFull, shortenTick } from '../format/numbers.ts';
import { formatClock, formatWindow, type Zone, zoneName } from '../format/times.ts';
import { useAnswer } from '../live/answers.ts';
import { liveKey } from '../live/live-key.ts';
import { askSeries } from '../live/series.ts';
import { dataNowMs, serverNowMs, zone } from '../live/store.ts';
import { useMatches } from '../live/use-matches.ts';
import type { Span } from '../pages/span.ts';
import { groupKey } from '../pages/view-query.ts';
import { decimationWords, fullWords, stateWords } from './chart-words.ts';
import { formatOf, whatOf } from './column-words.ts';
import { EmptyRange } from './empty-range.tsx';
import { fontPx } from './font.ts';
import { drawGaps, drawMarks, drawOpenWindows, drawRanges, drawTimes, drawWindow, label } from './marks.ts';
import { type Match, matchWords } from './matches.ts';
import { Plot, type PlotSeries, type PlotSpec } from './plot.tsx';
import { CalmRange, tickWords, yRange } from './range.ts';
import { type ShownTimes, shownTimes, spanOfRange } from './shown-times.ts';
import { isSparse, type Line, lineOf, namesOf, type Point, stepOf } from './timeline-data.ts';
import type { TooltipLine } from './tooltip.tsx';
import { extentOf, shiftPoints } from './tracks.ts';
import type { Zoom } from './tracks-plot.tsx';

interface LineChartProps extends Zoom {
  readonly view: ViewDescription;
  readonly place: string;
  readonly column: Column;
  readonly detector: string | null;
  readonly forecast: string | null;
  readonly span: Span;
  readonly height: number;
  /** The period before, to be drawn behind. */
  readonly before?: { readonly fromMs: number; readonly toMs: number } | null;
  /** Of a view with groups the one to draw. */
  readonly group?: Group | null;
  readonly title?: string;
  readonly end?: ComponentChildren;
}

/** Of `forecast`, with room on both sides. */
const FORECAST_CHARACTERS = 9;
/** Of the last final value, above the chart. */
const HEADLINE_PX = 32;

/** One series with what was expected of it and how it goes on. */
export function LineChart(props: LineChartProps) {
  const {
    view,
    place,
    column,
    detector,
    forecast,
    span,
    height,
    before = null,
    group = null,
    title,
    end,
    ...zoom
  } = props;
  const columns = { value: column.name, detector, forecast };
  const answer = useAnswer(
    `${liveKey(view.name, span)} ${column.name} ${before?.fromMs} ${group === null ? '' : groupKey(group)}`,
    async () => {
      const [now, past] = await Promise.all([
        askSeries(view.name, namesOf(columns), span, group),
        before === null ? null : askSeries(view.name, column.name, before, group, { open: false }),
      ]);
      return { now, past, before };
    },
  );
  const { data, problem, isSlow } = answer.value;
  const matches = useMatches(view, span, group === null ? [] : [group]);
  const stepMs = stepOf(view.window);
  const line = useMemo(() => (data === null ? null : lineOf(data.now, columns, stepMs)), [data]);
  const behind = useMemo(() => {
    if (data?.past == null || data.before === null) return [];
    const { points } = lineOf(data.past, { value: column.name, detector: null, forecast: null }, stepMs);
    return shiftPoints(points, data.before.toMs - data.before.fromMs);
  }, [data]);
  const last = line?.points.findLast(({ isFinal, value }) => isFinal && value !== null);
  const open = line?.points.findLast(({ isFinal, value }) => !isFinal && value !== null);
  const inZone = zone.value;
  const format = formatOf(column);
  return (
    <Card
      view={view}
      place={place}
      what={[
        ...(title === undefined ? [whatOf(view, column)] : group === null ? [] : [nameOf(group)]),
        ...(behind.length === 0 ? [] : ['dashed grey is the period before']),
      ].join('; ')}
      end={end}
      problem={problem}
      isSlow={isSlow}
      {...(title !== undefined && { title })}
    >
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
      {line !== null && line.points.length > 0 && stepMs !== null ? (
        <LinePlot
          line={line}
          behind={behind}
          matches={matches}
          column={column}
          stepMs={stepMs}
          height={height - HEADLINE_PX}
          note={decimationWords(line.points.length, line.pointsInAll, {
            isCut: data?.now.cut === true,
            isShaded: true,
          })}
          xRange={[span.fromMs, span.toMs]}
          {...zoom}
        />
      ) : (
        <EmptyRange view={view} span={span} isWaiting={data === null} height={height - HEADLINE_PX} />
      )}
    </Card>
  );
}

interface LinePlotProps extends Zoom {
  readonly line: Line;
  /** The period before, moved under this one. */
  readonly behind: readonly Point[];
  readonly matches: readonly Match[];
  readonly column: Column;
  readonly stepMs: number;
  readonly height: number;
  readonly note: string | null;
  readonly xRange: readonly [number | null, number | null];
}

function LinePlot(props: LinePlotProps) {
  const { line, column, stepMs, height, behind, window } = props;
  const calm = useRef(new CalmRange());
  const inZone = zone.value;
  const rows = useMemo(() => rowsOf(line, behind, floorOf(column)), [line, behind]);
  const times = shownTimes(spanOfRange(props.xRange, rows[0]?.at, rows.at(-1)?.at));
  const spec = useMemo(
    () => specOf(props, rows, times, inZone, calm.current),
    [rows, inZone, times.key, window, props.xRange[0], props.xRange[1], props.matches],
  );
  const start = spec.range[0] > 0 ? `the axis begins at ${formatOf(column)(spec.range[0])}, not at 0` : null;
  const bars = isSparse(line, stepMs) ? 'a bar for each window that has events' : null;
  const marked = props.matches.length === 0 ? null : `${matchWords(props.matches)} on the axis`;
  const note = [bars, start, marked, props.note].filter((words) => words !== null).join('; ');
  return (
    <ChartBox height={height} note={note === '' ? null : note} table={() => tableOf(line, column, inZone)}>
      <Plot spec={spec} height={height} />
    </ChartBox>
  );
}

function tableOf({ points }: Line, column: Column, inZone: Zone): TableData {
  const nowMs = dataNowMs();
  const hasBand = points.some(({ lower }) => lower !== null);
  return {
    head: [`window, ${zoneName(inZone)}`, column.name, ...(hasBand ? ['expected', 'anomaly'] : []), 'state'],
    rows: points
      .toReversed()
      .map((point) => [
        formatWindow(point.start, point.end, inZone, nowMs),
        fullWords(column, point.value),
        ...(hasBand ? [bandWords(point, column), point.anomaly?.reason ?? (point.anomaly === null ? '' : 'yes')] : []),
        stateWords(point, inZone, serverNowMs()),
      ]),
  };
}

function bandWords({ lower, upper }: Point, column: Column): string {
  if (lower === null || upper === null) return 'not known';
  const format = formatOf(column);
  return `${format(Math.max(floorOf(column), lower))} to ${format(upper)}`;
}

function specOf(
  { line, column, stepMs, xRange, matches, ...zoom }: LinePlotProps,
  rows: readonly PlotRow[],
  { nowMs, watermarkMs, words: nowWords }: ShownTimes,
  inZone: Zone,
  calm: CalmRange,
): PlotSpec {
  const bars = isSparse(line, stepMs);
  const format = formatOf(column);
  const data = seriesOf(rows);
  const [least, greatest] = extentOf([...data, rows.map(({ value }) => value)]);
  const isFromZero = bars || column.combine === 'sum' || column.unit === 'ratio' || column.unit === 'count';
  const first = rows[0]?.at ?? 0;
  const last = rows.at(-1)?.at ?? 1;
  // Bars are wider than their windows: those at the ends need room.
  const room = bars ? Math.max(stepMs / 2, (last - first) / 100) : stepMs / 2;
  const series: PlotSeries[] = [
    { name: 'upper', color: 'band', draw: 'none' },
    { name: 'lower', color: 'band', draw: 'none' },
    { name: 'forecast upper', color: 'accentSoft', draw: 'none' },
    { name: 'forecast lower', color: 'accentSoft', draw: 'none' },
    { name: 'forecast', color: 'accent', draw: 'dashed' },
    // Where most windows are empty there are no lines: what was before is dots beside the bars.
    { name: 'before', color: 'borderStrong', draw: bars ? 'line' : 'dashed' },
    { name: column.name, color: 'accent', draw: bars ? 'bars' : 'line' },
  ];
  return {
    x: rows.map(({ at }) => at),
    data,
    series,
    bands: [
      [0, 1, 'band'],
      [2, 3, 'accentSoft'],
    ],
    range: calm.next(yRange(least, greatest, isFromZero), performance.now()),
    xRange: [xRange[0] === null || xRange[1] === null ? first - room : xRange[0], xRange[1] ?? last + room],
    stepMs,
    formatY: (value) => shortenTick(format(value)),
    formatX: (ms) => tickWords(ms, inZone),
    drawBelow: (canvas) => {
      drawGaps(canvas, bars ? [] : line.gaps, stepMs);
      const chosen = line.points.find(({ start }) => start === zoom.window);
      if (chosen !== undefined) drawWindow(canvas, chosen);
    },
    drawAbove: (canvas) => {
      drawRanges(canvas, line.ranges);
      drawOpenWindows(canvas, line.points);
      drawMarks(canvas, line);
      drawTimes(canvas, watermarkMs, nowMs, nowWords);
      const banded = highestOf(line.points.slice(0, Math.ceil(line.points.length / 2)));
      if (banded !== null) {
        // Above the band where it is highest: there no line goes through the word.
        const x = Math.max(
          canvas.x((banded.start + banded.end) / 2),
          canvas.left + (4 + 0.29 * 'expected'.length * fontPx()) * canvas.scale,
        );
        const height = 0.73 * fontPx() * canvas.scale;
        const y = Math.max(canvas.y(banded.upper) - height, canvas.top + height);
        label(canvas, 'expected', x, y, 'text2', 'center');
      }
      const firstNext = line.forecast[0];
      const lastNext = line.forecast.at(-1);
      if (firstNext !== undefined && lastNext !== undefined) {
        const hasRoom = canvas.x(lastNext.end) - canvas.x(firstNext.start) > 96 * canvas.scale;
        label(
          canvas,
          hasRoom ? 'forecast, 95 %' : 'forecast',
          // Right of what is now, also where it comes so close that the label must go on beyond the forecast.
          Math.max(
            canvas.x(lastNext.start) - 4 * canvas.scale,
            Math.min(
              canvas.x(nowMs) + FORECAST_CHARACTERS * fontPx() * 0.58 * canvas.scale,
              canvas.left + canvas.width + 6 * canvas.scale,
            ),
          ),
          // Where there is no room above it, below watermark and now.
          Math.max(canvas.y(lastNext.upper) - 8 * canvas.scale, canvas.top + 22 * canvas.scale),
          'accent',
          'right',
        );
      }
    },
    matches,
    tooltip: (index) => tooltipOf(rows[index], line, column, inZone, nowMs),
    words: wordsOf(line, column, inZone, nowMs),
    ...(zoom.onZoom !== undefined && { onZoom: zoom.onZoom }),
    ...(zoom.onReset !== undefined && { onReset: zoom.onReset }),
    onPick: (index) => {
      const point = rows[index]?.point;
      if (point != null) zoom.onWindow?.(point.start, point.end);
    },
  };
}

function highestOf(points: readonly Point[]): (Point & { readonly upper: number }) | null {
  return points.reduce<(Point & { readonly upper: number }) | null>((most, point) => {
    const { upper } = point;
    return upper !== null && (most === null || upper > most.upper) ? { ...point, upper } : most;
  }, null);
}

/** Of each series its values, in the order of `specOf`. */
function seriesOf(rows: readonly PlotRow[]): readonly (readonly (number | null)[])[] {
  return [
    rows.map(({ upper }) => upper),
    rows.map(({ lower }) => lower),
    rows.map(({ next }) => next?.upper ?? null),
    rows.map(({ next }) => next?.lower ?? null),
    rows.map(({ next }) => next?.value ?? null),
    rows.map(({ before }) => before),
    rows.map(({ value, isFinal }) => (isFinal ? value : null)),
  ];
}

interface PlotRow {
  readonly at: number;
  readonly value: number | null;
  readonly isFinal: boolean;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly next: { readonly value: number; readonly lower: number; readonly upper: number } | null;
  readonly point: Point | null;
  readonly before: number | null;
}

/** What is counted is never below zero, whatever a detector reckons with. */
function floorOf({ unit }: Column): number {
  return unit === 'count' ? 0 : Number.NEGATIVE_INFINITY;
}

function atLeast(floor: number, value: number | null): number | null {
  return value === null ? null : Math.max(floor, value);
}

/** A row for each window, one of nothing in each gap so that no line goes over it, and those to come. */
function rowsOf({ points, gaps, forecast }: Line, behind: readonly Point[], floor: number): PlotRow[] {
  const past = behind.length === 0 ? null : new Map(behind.map(({ start, value }) => [start, value]));
  const rows: PlotRow[] = points.map((point) => ({
    at: (point.start + point.end) / 2,
    value: point.value,
    isFinal: point.isFinal,
    lower: atLeast(floor, point.lower),
    upper: atLeast(floor, point.upper),
    next: null,
    point,
    before: past?.get(point.start) ?? null,
  }));
  const nothing = { value: null, isFinal: true, lower: null, upper: null, next: null, point: null, before: null };
  const own = past === null ? null : new Set(points.map(({ start }) => start));
  for (const { start, end } of gaps) {
    const was = behind.filter((point) => point.start >= start && point.end <= end);
    if (was.length === 0) rows.push({ at: (start + end) / 2, ...nothing });
  }
  for (const { start, end, value } of behind) {
    if (own?.has(start) !== true) rows.push({ at: (start + end) / 2, ...nothing, before: value });
  }
  for (const { start, end, value, lower, upper } of forecast) {
    const at = (start + end) / 2;
    const next = { value: Math.max(floor, value), lower: Math.max(floor, lower), upper: Math.max(floor, upper) };
    const open = rows.findIndex((row) => row.at === at);
    if (open === -1) rows.push({ at, ...nothing, next });
    else rows[open] = { ...(rows[open] as PlotRow), next };
  }
  // Points are in order, and most charts have nothing else.
  return rows.length === points.length ? rows : rows.sort((a, b) => a.at - b.at);
}

function tooltipOf(
  row: PlotRow | undefined,
  { ranges, pointsInAll }: Line,
  column: Column,
  inZone: Zone,
  nowMs: number,
): readonly TooltipLine[] | null {
  if (row === undefined) return null;
  const format = formatOf(column);
  const before = row.before === null ? [] : [{ name: 'the period before', value: fullWords(column, row.before) }];
  if (row.point === null) {
    if (row.next === null) return [{ name: 'no events' }, ...before];
    return [
      { name: `${formatClock(row.at, inZone)} ${zoneName(inZone)}`, value: 'forecast', strong: true },
      { name: column.name, value: format(row.next.value) },
      { name: '95 of 100', value: `${format(row.next.lower)} to ${format(row.next.upper)}` },
    ];
  }
  const { start, end, value, anomaly } = row.point;
  const range = ranges.find((one) => start >= one.start && start < one.end);
  return [
    {
      name: `${formatWindow(start, end, inZone, nowMs)} ${zoneName(inZone)}`,
      value: stateWords(row.point, inZone, serverNowMs()),
      strong: true,
    },
    { name: column.name, value: fullWords(column, value) },
    ...(range === undefined
      ? []
      : [
          {
            name: `about ${formatFull(Math.round(pointsInAll / ranges.length))} windows, ${formatWindow(range.start, range.end, inZone, nowMs)}`,
            value: `${format(range.least)} to ${format(range.greatest)}`,
          },
        ]),
    ...before,
    ...(row.point.upper === null ? [] : [{ name: 'expected', value: bandWords(row.point, column) }]),
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
