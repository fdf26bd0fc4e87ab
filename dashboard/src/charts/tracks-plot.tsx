import { useMemo, useRef } from 'preact/hooks';
import type { Column } from '../../../api/schemas/pipeline.ts';
import { ChartBox, type TableData } from '../components/chart-box.tsx';
import { shorten } from '../components/group-words.ts';
import { shortenTick } from '../format/numbers.ts';
import { formatWindow, type Zone, zoneName } from '../format/times.ts';
import { dataNowMs, serverNowMs, zone } from '../live/store.ts';
import { fullWords, stateWords } from './chart-words.ts';
import { formatOf } from './column-words.ts';
import { spreadLabels } from './label-layout.ts';
import { drawGaps, drawOpenPoints, drawRevisions, drawTimes, drawWindow, label } from './marks.ts';
import { type Match, matchWords } from './matches.ts';
import { isLogarithmic } from './percentiles.ts';
import { Plot, type PlotCanvas, type PlotSpec } from './plot.tsx';
import { CalmRange, logTicks, tickWords, yRange } from './range.ts';
import { type ShownTimes, shownTimes, spanOfRange } from './shown-times.ts';
import { latestRevision, type Point } from './timeline-data.ts';
import type { TooltipLine } from './tooltip.tsx';
import { alignTracks, extent, type Track, type TrackRow, type Tracks } from './tracks.ts';

export interface Zoom {
  readonly onZoom?: (fromMs: number, toMs: number) => void;
  readonly onReset?: () => void;
  /** A click on a window. */
  readonly onWindow?: (startMs: number, endMs: number) => void;
  /** The start of the chosen one. */
  readonly window?: number | null;
}

interface TracksPlotProps extends Zoom {
  readonly tracks: readonly Track[];
  /** Grey and dashed behind the others: the period before. */
  readonly before?: Track | null;
  readonly column: Column;
  readonly stepMs: number;
  readonly height: number;
  /** The ends of what is looked at, where they are set. */
  readonly xRange?: readonly [number | null, number | null];
  /** Percentiles of long tails. */
  readonly mayBeLogarithmic?: boolean;
  readonly note?: string | null;
  readonly matches?: readonly Match[];
  /** From how far apart two points of a line have nothing between them; a step unless points were left out. */
  readonly gapAfterMs?: number;
}

const LABEL_PX = 13;

/** Up to five lines, each with its name at its end. */
export function TracksPlot(props: TracksPlotProps) {
  const { tracks, before = null, column, stepMs, height, gapAfterMs = stepMs } = props;
  const calm = useRef(new CalmRange());
  const inZone = zone.value;
  const all = before === null ? tracks : [...tracks, before];
  const aligned = useMemo(
    () =>
      alignTracks(
        all.map(({ points }) => points),
        stepMs,
        gapAfterMs,
      ),
    [tracks, before, gapAfterMs],
  );
  const { rows } = aligned;
  const times = shownTimes(spanOfRange(props.xRange ?? [null, null], rows[0]?.start, rows.at(-1)?.end));
  const spec = useMemo(
    () => specOf(props, all, aligned, times, inZone, calm.current),
    [aligned, inZone, times.key, props.window, props.note, props.matches],
  );
  const start = yWords(spec, column);
  const marked =
    props.matches === undefined || props.matches.length === 0 ? null : `${matchWords(props.matches)} on the axis`;
  const note = [props.note, marked, start].filter((words) => words != null && words !== '').join('; ');
  return (
    <ChartBox height={height} table={() => tableOf(all, aligned, column, inZone)} note={note === '' ? null : note}>
      <Plot spec={spec} height={height} />
    </ChartBox>
  );
}

function yWords({ range, ySplits }: PlotSpec, column: Column): string | null {
  if (column.type === 'boolean') return null;
  if (ySplits !== undefined) return 'logarithmic axis';
  return range[0] > 0 ? `the axis begins at ${formatOf(column)(range[0])}, not at 0` : null;
}

function specOf(
  { tracks, column, stepMs, mayBeLogarithmic = false, xRange, matches, ...zoom }: TracksPlotProps,
  all: readonly Track[],
  { rows, gaps }: Tracks,
  { nowMs, watermarkMs, words: nowWords }: ShownTimes,
  inZone: Zone,
  calm: CalmRange,
): PlotSpec {
  const format = formatOf(column);
  const [least, greatest] = extent(rows.flatMap(({ points }) => points.map((point) => point?.value)));
  const isLog = mayBeLogarithmic && isLogarithmic(least, greatest);
  const onAxis = (value: number | null) => (isLog && value !== null ? Math.log10(Math.max(value, least)) : value);
  const fromZero = column.combine === 'sum' || column.unit === 'ratio' || column.unit === 'count';
  const wanted = isLog
    ? ([Math.floor(Math.log10(least)), Math.log10(greatest) + 0.1] as const)
    : yRange(least, greatest, fromZero);
  const range = calm.next(wanted, performance.now());
  const first = rows[0];
  const last = rows.at(-1);
  const [xFrom, xTo] = [xRange?.[0] ?? first?.start ?? 0, xRange?.[1] ?? last?.end ?? 1];
  return {
    x: rows.map(({ at }) => at),
    data: all.map((_, i) => rows.map(({ values }) => onAxis(values[i] ?? null))),
    series: all.map(({ name, token, draw }) => ({ name, color: token, draw })),
    bands: [],
    range,
    xRange: [xFrom, xTo],
    stepMs,
    formatY: (value) => shortenTick(format(isLog ? 10 ** value : value)),
    formatX: (ms) => tickWords(ms, inZone),
    ...(isLog && { ySplits: logTicks(range[0], range[1]) }),
    ...(column.type === 'boolean' && { ySplits: [0, 1] }),
    rightPx: 14 + NAME_PX * longestName(tracks),
    drawBelow: (canvas) => {
      // Where most windows are empty the points themselves say so.
      const windows = (xTo - xFrom) / stepMs;
      drawGaps(canvas, rows.length - gaps.length < windows / 2 && gaps.length > 2 ? [] : gaps, stepMs);
      const chosen = rows.find(({ start }) => start === zoom.window);
      if (chosen !== undefined) drawWindow(canvas, chosen);
    },
    drawAbove: (canvas) => {
      const said: { x: number; y: number }[] = [];
      tracks.forEach(({ token }, i) => {
        const points = rows.map((row) => row.points[i] ?? null);
        drawOpenPoints(canvas, points, token, (value) => onAxis(value) as number);
        drawRevisions(canvas, points, (value) => onAxis(value) as number, said);
      });
      drawTimes(canvas, watermarkMs, nowMs, nowWords);
      drawNames(canvas, tracks, rows, (value) => onAxis(value) as number, format);
    },
    ...(matches !== undefined && { matches }),
    tooltip: (index) => tooltipOf(rows[index], all, column, inZone, nowMs),
    words: wordsOf(tracks, column, inZone, nowMs),
    ...(zoom.onZoom !== undefined && { onZoom: zoom.onZoom }),
    ...(zoom.onReset !== undefined && { onReset: zoom.onReset }),
    onPick: (index) => {
      const row = rows[index];
      if (row?.points.some((point) => point !== null)) zoom.onWindow?.(row.start, row.end);
    },
  };
}

/** At the right end of each line its name and its last final value, moved apart where they would touch. */
function drawNames(
  canvas: PlotCanvas,
  tracks: readonly Track[],
  rows: readonly TrackRow[],
  onAxis: (value: number) => number,
  format: (value: number) => string,
): void {
  const ends = tracks.flatMap(({ name, token }, i) => {
    const row = rows.findLast(({ values }) => values[i] != null);
    const value = row?.values[i];
    return value == null ? [] : [{ name, token, value }];
  });
  const { scale, top, height, left, width } = canvas;
  const places = ends.map(({ value }) => canvas.y(onAxis(value)));
  const spread = spreadLabels(places, 2.2 * LABEL_PX * scale, top + LABEL_PX * scale, top + height - LABEL_PX * scale);
  ends.forEach(({ name, token, value }, i) => {
    const y = spread[i] as number;
    const x = left + width + 6 * scale;
    label(canvas, shorten(name, NAME_CHARACTERS), x, y - (LABEL_PX / 2) * scale, token, 'left');
    label(canvas, format(value), x, y + (LABEL_PX / 2) * scale, 'text2', 'left');
  });
}

const NAME_CHARACTERS = 16;
const NAME_PX = 6.4;

/** Of the names and of values such as `130.0 kB`. */
function longestName(tracks: readonly Track[]): number {
  return tracks.reduce((most, { name }) => Math.max(most, [...shorten(name, NAME_CHARACTERS)].length), 8);
}

function tooltipOf(
  row: TrackRow | undefined,
  tracks: readonly Track[],
  column: Column,
  inZone: Zone,
  nowMs: number,
): readonly TooltipLine[] | null {
  if (row === undefined) return null;
  const known = row.points.filter((point) => point !== null);
  if (known.length === 0) return [{ name: 'no events' }];
  const isFinal = known.every((point) => point.isFinal);
  return [
    {
      name: `${formatWindow(row.start, row.end, inZone, nowMs)} ${zoneName(inZone)}`,
      value: stateWords({ isFinal, ...latestRevision(known) }, inZone, serverNowMs()),
      strong: true,
    },
    ...tracks.map(({ name, token }, i): TooltipLine => {
      const point = row.points[i];
      return { name, color: token, value: valueWords(column, point ?? null, row.values[i] ?? null) };
    }),
  ];
}

/** Between two points of a thinned line its height there is all that is known. */
function valueWords(column: Column, point: Point | null, drawn: number | null): string {
  if (point !== null) return fullWords(column, point.value);
  return drawn === null ? 'no events' : `about ${formatOf(column)(drawn)}`;
}

function tableOf(tracks: readonly Track[], { rows }: Tracks, column: Column, inZone: Zone): TableData {
  const nowMs = dataNowMs();
  const own = rows.filter(({ points }) => points.some((point) => point !== null));
  return {
    head: [`window, ${zoneName(inZone)}`, ...tracks.map(({ name }) => name), 'state'],
    rows: own
      .toReversed()
      .map(({ start, end, points }) => [
        formatWindow(start, end, inZone, nowMs),
        ...points.map((point) => (point === null ? 'no events' : fullWords(column, point.value))),
        points.every((point) => point?.isFinal !== false) ? 'final' : 'open',
      ]),
  };
}

/** The chart in a sentence: the last value of each line. */
function wordsOf(tracks: readonly Track[], column: Column, inZone: Zone, nowMs: number): string {
  const format = formatOf(column);
  const ends = tracks.map(({ name, points }) => {
    const last: Point | undefined = points.findLast(({ isFinal, value }) => isFinal && value !== null);
    if (last === undefined) return `${name}: no final window yet.`;
    return `${name}: ${format(last.value as number)} in ${formatWindow(last.start, last.end, inZone, nowMs)}.`;
  });
  return `${column.name} over time. ${ends.join(' ')}`;
}
