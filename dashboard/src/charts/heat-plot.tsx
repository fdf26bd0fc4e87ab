import { useMemo } from 'preact/hooks';
import { ChartBox, type TableData } from '../components/chart-box.tsx';
import { formatFull, shortenTick } from '../format/numbers.ts';
import { formatWindow, type Zone, zoneName } from '../format/times.ts';
import { dataNowMs, serverNowMs, zone } from '../live/store.ts';
import { stateWords } from './chart-words.ts';
import { bucketWords, type HeatColumn, type HeatMap, heightOf, shadeOf } from './heat-data.ts';
import { drawGaps, hatch, label } from './marks.ts';
import { Plot, type PlotCanvas, type PlotSpec } from './plot.tsx';
import { tickWords } from './range.ts';
import type { Point } from './timeline-data.ts';
import type { TooltipLine } from './tooltip.tsx';
import { alignTracks } from './tracks.ts';

/** A percentile of the same numbers, drawn over their buckets. */
export interface HeatLine {
  readonly name: string;
  readonly token: string;
  readonly points: readonly Point[];
}

interface HeatPlotProps {
  readonly map: HeatMap;
  readonly lines: readonly HeatLine[];
  readonly format: (value: number) => string;
  readonly stepMs: number;
  readonly height: number;
  readonly note?: string | null;
}

/** How much each colour of the five stands for, light to full. */
const ALPHAS = [0, 0.16, 0.36, 0.56, 0.78, 1];

/** Windows from left to right, buckets from below, the more events the fuller the colour. */
export function HeatPlot(props: HeatPlotProps) {
  const inZone = zone.value;
  const spec = useMemo(() => specOf(props, inZone), [props.map, props.lines, inZone]);
  return (
    <ChartBox height={props.height} table={() => tableOf(props, inZone)} note={props.note ?? null}>
      <Plot spec={spec} height={props.height} />
    </ChartBox>
  );
}

/** The scale of the colours, for the header. */
export function HeatScale({ greatest }: { readonly greatest: number }) {
  return (
    <span class="heat-scale">
      0
      {ALPHAS.map((alpha) => (
        <i key={alpha} style={{ opacity: alpha === 0 ? 0.06 : alpha }} />
      ))}
      {formatFull(greatest)}
    </span>
  );
}

function specOf({ map, lines, format, stepMs }: HeatPlotProps, inZone: Zone): PlotSpec {
  const { bounds, columns } = map;
  const buckets = bounds.length + 1;
  const { gaps } = alignTracks([columns.map(asPoint)], stepMs);
  // Each second one where there are many, so that their words do not touch.
  const every = Math.ceil(bounds.length / 7);
  return {
    x: columns.map(({ start, end }) => (start + end) / 2),
    data: [columns.map(() => 0)],
    series: [{ name: 'events', color: 'accent', draw: 'none' }],
    bands: [],
    range: [0, buckets],
    xRange: [columns[0]?.start ?? 0, columns.at(-1)?.end ?? 1],
    stepMs,
    ySplits: bounds.map((_, i) => i + 1).filter((_, i) => i % every === 0),
    formatY: (place) => shortenTick(format(bounds[Math.round(place) - 1] ?? 0)),
    formatX: (ms) => tickWords(ms, inZone),
    rightPx: lines.length > 0 ? 34 : 8,
    axisPx: 62,
    drawBelow: (canvas) => drawGaps(canvas, gaps, stepMs),
    drawAbove: (canvas) => {
      for (const column of columns) drawColumn(canvas, column, map);
      for (const line of lines) drawLine(canvas, line, bounds);
    },
    tooltip: (index) => tooltipOf(columns[index], map, lines, format, inZone),
    words: wordsOf(map, lines, format, inZone),
  };
}

function asPoint({ counts: _, ...window }: HeatColumn): Point {
  return { ...window, value: 0, expected: null, lower: null, upper: null, anomaly: null };
}

function drawColumn(canvas: PlotCanvas, { start, end, counts, isFinal }: HeatColumn, { greatest }: HeatMap): void {
  const { ctx, scale } = canvas;
  const [left, right] = [canvas.x(start), canvas.x(end)];
  const gap = right - left > 5 * scale ? scale : 0;
  ctx.save();
  ctx.fillStyle = canvas.color('accent');
  counts.forEach((count, bucket) => {
    const shade = shadeOf(count, greatest);
    if (shade === 0) return;
    const [bottom, top] = [canvas.y(bucket), canvas.y(bucket + 1)];
    ctx.globalAlpha = ALPHAS[shade] as number;
    ctx.fillRect(left, top + scale / 2, right - left - gap, bottom - top - scale);
  });
  ctx.globalAlpha = 1;
  if (!isFinal) {
    const [bottom, top] = [canvas.y(0), canvas.y(counts.length)];
    ctx.fillStyle = hatch(ctx, canvas.color('surface'), scale);
    ctx.fillRect(left, top, right - left, bottom - top);
    ctx.strokeStyle = canvas.color('accent');
    ctx.setLineDash([3 * scale, 2 * scale]);
    ctx.strokeRect(left, top, right - left, bottom - top);
  }
  ctx.restore();
}

/** With a halo, for it lies over all shades. */
function drawLine(canvas: PlotCanvas, { name, token, points }: HeatLine, bounds: readonly number[]): void {
  const { ctx, scale, left, width } = canvas;
  const path = new Path2D();
  let last: Point | null = null;
  let y = 0;
  for (const point of points) {
    if (point.value === null || !point.isFinal) continue;
    const x = canvas.x((point.start + point.end) / 2);
    y = canvas.y(heightOf(point.value, bounds));
    if (last === null || point.start > last.end) path.moveTo(x, y);
    else path.lineTo(x, y);
    last = point;
  }
  if (last === null) return;
  ctx.save();
  ctx.lineJoin = 'round';
  ctx.strokeStyle = canvas.color('surface');
  ctx.lineWidth = 4 * scale;
  ctx.stroke(path);
  ctx.strokeStyle = canvas.color(token);
  ctx.lineWidth = 1.9 * scale;
  ctx.stroke(path);
  ctx.restore();
  label(canvas, name, left + width + 4 * scale, y, token, 'left');
}

function tooltipOf(
  column: HeatColumn | undefined,
  { bounds }: HeatMap,
  lines: readonly HeatLine[],
  format: (value: number) => string,
  inZone: Zone,
): readonly TooltipLine[] | null {
  if (column === undefined) return null;
  const filled = column.counts.map((count, bucket) => ({ count, bucket })).filter(({ count }) => count > 0);
  return [
    {
      name: `${formatWindow(column.start, column.end, inZone, dataNowMs())} ${zoneName(inZone)}`,
      value: stateWords(column, inZone, serverNowMs()),
      strong: true,
    },
    ...filled
      .reverse()
      .map(({ count, bucket }) => ({ name: bucketWords(bounds, bucket, format), value: formatFull(count) })),
    ...lines.flatMap(({ name, token, points }) => {
      const value = points.find(({ start }) => start === column.start)?.value ?? null;
      return value === null ? [] : [{ name, color: token, value: format(value) }];
    }),
  ];
}

function tableOf({ map: { bounds, columns }, format }: HeatPlotProps, inZone: Zone): TableData {
  const buckets = Array.from({ length: bounds.length + 1 }, (_, bucket) => bucketWords(bounds, bucket, format));
  return {
    head: [`window, ${zoneName(inZone)}`, ...buckets],
    rows: columns
      .toReversed()
      .map(({ start, end, counts }) => [formatWindow(start, end, inZone, dataNowMs()), ...counts.map(formatFull)]),
  };
}

function wordsOf(
  { bounds, columns }: HeatMap,
  lines: readonly HeatLine[],
  format: (value: number) => string,
  inZone: Zone,
): string {
  const last = columns.findLast(({ isFinal }) => isFinal);
  if (last === undefined) return 'A histogram for each window: no final window yet.';
  const most = last.counts.indexOf(last.counts.reduce((a, b) => Math.max(a, b)));
  const ends = lines.flatMap(({ name, points }) => {
    const value = points.findLast((point) => point.isFinal && point.value !== null)?.value;
    return value == null ? [] : [`${name} is ${format(value)}`];
  });
  return `A histogram for each of ${columns.length} windows. In ${formatWindow(last.start, last.end, inZone, dataNowMs())} most are ${bucketWords(bounds, most, format)}. ${ends.join(', ')}`.trim();
}
