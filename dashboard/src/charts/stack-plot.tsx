import { useMemo, useRef } from 'preact/hooks';
import type { Column } from '../../../api/schemas/pipeline.ts';
import { ChartBox, type TableData } from '../components/chart-box.tsx';
import { GroupName } from '../components/group-name.tsx';
import { shortenTick } from '../format/numbers.ts';
import { formatWindow, type Zone, zoneName } from '../format/times.ts';
import { dataNowMs, serverNowMs, zone } from '../live/store.ts';
import { fullWords, stateWords } from './chart-words.ts';
import { formatOf } from './column-words.ts';
import { drawGaps, drawTimes, hatch } from './marks.ts';
import { type Match, matchWords } from './matches.ts';
import { Plot, type PlotCanvas, type PlotSpec } from './plot.tsx';
import { CalmRange, tickWords, yRange } from './range.ts';
import { type ShownTimes, shownTimes, spanOfRange } from './shown-times.ts';
import { isSparseStack, layersOf, MOST_BARS, type Stack, type StackedWindow } from './stack-data.ts';
import type { TooltipLine } from './tooltip.tsx';
import { extent } from './tracks.ts';

interface StackPlotProps {
  readonly stack: Stack;
  /** By layer; "other" needs none. */
  readonly tokens: readonly string[];
  readonly column: Column;
  readonly stepMs: number;
  readonly height: number;
  readonly note?: string | null;
  readonly matches?: readonly Match[];
  readonly onZoom?: (fromMs: number, toMs: number) => void;
  readonly onReset?: () => void;
  readonly onWindow?: (startMs: number, endMs: number) => void;
}

/** Groups on top of each other: bars of up to sixty windows, areas of more. */
export function StackPlot(props: StackPlotProps) {
  const { stack, tokens, column, height, note, matches = [] } = props;
  const calm = useRef(new CalmRange());
  const inZone = zone.value;
  const times = shownTimes(spanOfRange([null, null], stack.windows[0]?.start, stack.windows.at(-1)?.end));
  const spec = useMemo(() => specOf(props, times, inZone, calm.current), [stack, inZone, times.key, props.matches]);
  const marked = matches.length === 0 ? null : `${matchWords(matches)} on the axis`;
  const said = [note ?? null, marked].filter((words) => words !== null).join('; ');
  return (
    <div class="with-legend">
      <ChartBox height={height} table={() => tableOf(stack, column, inZone)} note={said === '' ? null : said}>
        <Plot spec={spec} height={height} />
      </ChartBox>
      <ul class="stack-legend">
        {stack.names.toReversed().map((name, i) => {
          const index = stack.names.length - 1 - i;
          const isOther = stack.hasOther && index === stack.names.length - 1;
          const token = tokens[index] ?? 'other';
          return (
            <li key={name}>
              <i class={isOther ? 'swatch other' : `swatch ${token}`} />
              {isOther ? 'other' : <GroupName values={[name]} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function specOf(
  { stack, tokens, column, stepMs, matches, onZoom, onReset, onWindow }: StackPlotProps,
  { nowMs, watermarkMs, words: nowWords }: ShownTimes,
  inZone: Zone,
  calm: CalmRange,
): PlotSpec {
  const { windows, gaps } = stack;
  const format = formatOf(column);
  const [least, greatest] = extent(windows.map(({ total }) => total));
  const first = windows[0]?.start ?? 0;
  const last = windows.at(-1)?.end ?? 1;
  const isSparse = isSparseStack(stack, stepMs);
  // Bars are wider than their windows there: those at the ends need room.
  const room = isSparse ? (last - first) / 100 : 0;
  return {
    x: windows.map(({ start, end }) => (start + end) / 2),
    data: [windows.map(({ total }) => total)],
    series: [{ name: 'total', color: 'text', draw: 'none' }],
    bands: [],
    range: calm.next(yRange(Math.min(0, least), greatest, true), performance.now()),
    xRange: [first - room, last + room],
    stepMs,
    formatY: (value) => shortenTick(format(value)),
    formatX: (ms) => tickWords(ms, inZone),
    // Where most windows are empty bars say so by themselves.
    drawBelow: (canvas) => drawGaps(canvas, isSparse ? [] : gaps, stepMs),
    drawAbove: (canvas) => {
      const isArea = windows.length > MOST_BARS && gaps.length === 0;
      if (isArea) drawAreas(canvas, stack, tokens);
      for (const window of windows) {
        if (!isArea || !window.isFinal) drawBar(canvas, stack, window, tokens, stepMs);
      }
      drawTimes(canvas, watermarkMs, nowMs, nowWords);
    },
    ...(matches !== undefined && { matches }),
    tooltip: (index) => tooltipOf(stack, windows[index], tokens, column, inZone, nowMs),
    words: wordsOf(stack, column, inZone, nowMs),
    ...(onZoom !== undefined && { onZoom }),
    ...(onReset !== undefined && { onReset }),
    onPick: (index) => {
      const picked = windows[index];
      if (picked !== undefined) onWindow?.(picked.start, picked.end);
    },
  };
}

/** Solid where it is final; an open one is hatched in its colours with a dashed edge. */
function drawBar(
  canvas: PlotCanvas,
  { hasOther }: Stack,
  { start, end, values, total, isFinal }: StackedWindow,
  tokens: readonly string[],
  stepMs: number,
): void {
  const { ctx, scale } = canvas;
  const slot = canvas.x(start + stepMs) - canvas.x(start);
  const middle = canvas.x((start + end) / 2);
  const width = Math.max(3 * scale, slot * (slot > 6 * scale ? 0.84 : 1));
  const left = middle - width / 2;
  ctx.save();
  layersOf(values).forEach(([from, to], i) => {
    const isOther = hasOther && i === values.length - 1;
    const color = canvas.color(isOther ? 'other' : (tokens[i] ?? 'other'));
    const [bottom, top] = [canvas.y(from), canvas.y(to)];
    if (!isFinal) ctx.globalAlpha = 0.35;
    ctx.fillStyle = isOther ? hatch(ctx, color, scale) : color;
    ctx.fillRect(left, top, width, bottom - top);
    ctx.globalAlpha = 1;
    // A line of the card between two layers, so that they can be told apart in grey too.
    if (i > 0 && bottom - top > 2 * scale) {
      ctx.fillStyle = canvas.color('surface');
      ctx.fillRect(left, bottom - scale / 2, width, scale);
    }
  });
  if (!isFinal) {
    const top = canvas.y(total);
    ctx.fillStyle = hatch(ctx, canvas.color('surface'), scale);
    ctx.fillRect(left, top, width, canvas.y(0) - top);
    ctx.strokeStyle = canvas.color('accent');
    ctx.setLineDash([3 * scale, 2 * scale]);
    ctx.lineWidth = scale;
    ctx.strokeRect(left, top, width, canvas.y(0) - top);
  }
  ctx.restore();
}

function drawAreas(canvas: PlotCanvas, { windows, hasOther, names }: Stack, tokens: readonly string[]): void {
  const { ctx, scale } = canvas;
  const final = windows.filter(({ isFinal }) => isFinal);
  const layers = final.map(({ values }) => layersOf(values));
  ctx.save();
  names.forEach((_, i) => {
    const isOther = hasOther && i === names.length - 1;
    const color = canvas.color(isOther ? 'other' : (tokens[i] ?? 'other'));
    ctx.beginPath();
    final.forEach(({ start, end }, at) => {
      const [x, y] = [canvas.x((start + end) / 2), canvas.y(layers[at]?.[i]?.[1] ?? 0)];
      if (at === 0) ctx.moveTo(x, y);
      else ctx.lineTo(x, y);
    });
    for (let at = final.length - 1; at >= 0; at--) {
      const { start, end } = final[at] as StackedWindow;
      ctx.lineTo(canvas.x((start + end) / 2), canvas.y(layers[at]?.[i]?.[0] ?? 0));
    }
    ctx.closePath();
    ctx.fillStyle = isOther ? hatch(ctx, color, scale) : color;
    ctx.fill();
    ctx.strokeStyle = canvas.color('surface');
    ctx.lineWidth = scale;
    ctx.stroke();
  });
  ctx.restore();
}

function tooltipOf(
  { names, hasOther }: Stack,
  window: StackedWindow | undefined,
  tokens: readonly string[],
  column: Column,
  inZone: Zone,
  nowMs: number,
): readonly TooltipLine[] | null {
  if (window === undefined) return null;
  const layers = names.map((name, i): TooltipLine => {
    const isOther = hasOther && i === names.length - 1;
    return {
      name,
      color: isOther ? 'other' : (tokens[i] ?? 'other'),
      value: fullWords(column, window.values[i] ?? 0),
    };
  });
  return [
    {
      name: `${formatWindow(window.start, window.end, inZone, nowMs)} ${zoneName(inZone)}`,
      value: stateWords(window, inZone, serverNowMs()),
      strong: true,
    },
    ...layers.reverse(),
    { name: 'all', value: fullWords(column, window.total), strong: true },
  ];
}

function tableOf({ names, windows }: Stack, column: Column, inZone: Zone): TableData {
  const nowMs = dataNowMs();
  return {
    head: [`window, ${zoneName(inZone)}`, ...names, 'all', 'state'],
    rows: windows
      .toReversed()
      .map((window) => [
        formatWindow(window.start, window.end, inZone, nowMs),
        ...window.values.map((value) => fullWords(column, value)),
        fullWords(column, window.total),
        stateWords(window, inZone, serverNowMs()),
      ]),
  };
}

function wordsOf({ names, windows }: Stack, column: Column, inZone: Zone, nowMs: number): string {
  const last = windows.findLast(({ isFinal }) => isFinal);
  if (last === undefined) return `${column.name} by group: no final window yet.`;
  const parts = names.map((name, i) => `${name} ${fullWords(column, last.values[i] ?? 0)}`);
  return `${column.name} by group, ${windows.length} windows. In ${formatWindow(last.start, last.end, inZone, nowMs)}: ${parts.join(', ')}; all ${fullWords(column, last.total)}.`;
}
