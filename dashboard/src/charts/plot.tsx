import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { colors } from '../live/store.ts';
import { isWall } from '../live/wall.ts';
import { drawMatches } from './draw-matches.ts';
import { chartFont, DESK_PX, fontPx } from './font.ts';
import { type Match, matchLines, matchWords } from './matches.ts';
import { listenForPinch, type PinchTarget } from './pinch-listener.ts';
import { tokenReader } from './token-reader.ts';
import { type Hover, Tooltip, type TooltipLine } from './tooltip.tsx';

/** A series of a plot; its values are those of the same place in `data`. */
export interface PlotSeries {
  readonly name: string;
  readonly color: string;
  readonly draw: 'line' | 'dashed' | 'dotted' | 'steps' | 'bars' | 'none';
}

export interface PlotSpec {
  /** Milliseconds, rising. */
  readonly x: readonly number[];
  readonly data: readonly (readonly (number | null)[])[];
  readonly series: readonly PlotSeries[];
  /** Pairs of series with a band between them: [upper, lower, token]. */
  readonly bands: readonly (readonly [number, number, string])[];
  readonly range: readonly [number, number];
  readonly xRange: readonly [number, number];
  /** Width of a window on the axis: of bars. */
  readonly stepMs: number;
  readonly formatY: (value: number) => string;
  readonly formatX: (ms: number) => string;
  readonly drawBelow?: (plot: PlotCanvas) => void;
  readonly drawAbove?: (plot: PlotCanvas) => void;
  /** Matches of patterns, marked on the axis and told at the point that they are nearest to. */
  readonly matches?: readonly Match[];
  /** Lines of the tooltip at a point; null where there is none. */
  readonly tooltip: (index: number) => readonly TooltipLine[] | null;
  /** The chart in a sentence. */
  readonly words: string;
  /** Where the y axis has its words, if not at round numbers. */
  readonly ySplits?: readonly number[];
  /** Room at the right end for labels, in CSS pixels. */
  readonly rightPx?: number;
  readonly axisPx?: number;
  /** A stretch that was drawn over; without it the chart cannot be zoomed. */
  readonly onZoom?: (fromMs: number, toMs: number) => void;
  /** A double click, or Esc. */
  readonly onReset?: () => void;
  /** A click on a point, or Enter. */
  readonly onPick?: (index: number) => void;
}

/** The canvas behind a plot, with positions in its own pixels. */
export interface PlotCanvas {
  readonly ctx: CanvasRenderingContext2D;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Canvas pixels of one CSS pixel. */
  readonly scale: number;
  x(ms: number): number;
  y(value: number): number;
  color(token: string): string;
}

/** All charts of a page show the same moment under the pointer. */
const SYNC_KEY = 'page';

export function Plot({ spec, height }: { readonly spec: PlotSpec; readonly height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const current = useRef(spec);
  current.current = spec;
  const isSeen = useRef(true);
  const isStale = useRef(false);
  const [hover, setHover] = useState<Hover | null>(null);
  // The crosshair is in all charts, the tooltip in the one that the pointer or the focus is in.
  const [isOver, setOver] = useState(false);
  const shape = `${spec.series.map(({ name, draw, color }) => `${name}:${draw}:${color}`).join('|')} ${spec.rightPx} ${spec.ySplits !== undefined} ${isWall.value}`;

  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const width = () => Math.max(80, element.clientWidth);
    const made = new uPlot(options(current, width(), height, setHover), dataOf(current.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: width(), height }));
    observer.observe(element);
    const stopPinch =
      current.current.onZoom === undefined ? null : listenForPinch(element, pinchTarget(made, element, current));
    return () => {
      stopPinch?.();
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
    // A series that comes or goes makes another plot; numbers do not.
  }, [shape, height, colors.value]);

  // In the frame that has the words of it: after it would be another frame.
  useLayoutEffect(() => {
    // What nobody sees is drawn once it is scrolled to.
    if (isSeen.current) show(plot.current, spec);
    else isStale.current = true;
  }, [spec]);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        isSeen.current = entries.at(-1)?.isIntersecting === true;
        if (!isSeen.current || !isStale.current) return;
        isStale.current = false;
        show(plot.current, current.current);
      },
      { rootMargin: NEAR },
    );
    observer.observe(box.current as HTMLDivElement);
    return () => observer.disconnect();
  }, []);

  return (
    <div
      class="chart"
      role="img"
      aria-label={wordsOf(spec)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the points of the chart
      tabIndex={0}
      ref={box}
      onKeyDown={(event) => step(event, plot.current, spec)}
      onPointerEnter={() => setOver(true)}
      onPointerLeave={() => setOver(false)}
      onFocus={() => setOver(true)}
      onBlur={() => setOver(false)}
      onDblClick={() => spec.onReset?.()}
      onClick={(event) => {
        const index = plot.current?.cursor.idx;
        // A second click is half of a double one.
        if (index != null && event.detail < 2) spec.onPick?.(index);
      }}
    >
      {hover !== null && isOver && <Tooltip lines={linesAt(spec, hover.index)} hover={hover} plot={plot.current} />}
    </div>
  );
}

/** Of a point, and of the matches that are nearer to it than to its neighbours. */
function linesAt(spec: PlotSpec, index: number): readonly TooltipLine[] | null {
  const lines = spec.tooltip(index);
  const { x, matches = [] } = spec;
  const at = x[index];
  if (matches.length === 0 || at === undefined) return lines;
  const [before, after] = [x[index - 1], x[index + 1]];
  const from = before === undefined ? Number.NEGATIVE_INFINITY : (before + at) / 2;
  const to = after === undefined ? Number.POSITIVE_INFINITY : (at + after) / 2;
  const found = matchLines(matches, from, to);
  return lines === null && found.length === 0 ? null : [...(lines ?? []), ...found];
}

function wordsOf({ words, matches = [] }: PlotSpec): string {
  return matches.length === 0 ? words : `${words} ${matchWords(matches)}.`;
}

/** Drawn before it comes into view. */
const NEAR = '100px';

function show(plot: uPlot | null, spec: PlotSpec): void {
  plot?.batch(() => {
    plot.setData(dataOf(spec), false);
    plot.setScale('x', { min: spec.xRange[0], max: spec.xRange[1] });
    plot.setScale('y', { min: spec.range[0], max: spec.range[1] });
  });
}

function pinchTarget(plot: uPlot, element: HTMLElement, current: { readonly current: PlotSpec }): PinchTarget {
  return {
    range: () => [plot.scales.x?.min ?? current.current.xRange[0], plot.scales.x?.max ?? current.current.xRange[1]],
    area: () => ({
      left: element.getBoundingClientRect().left + plot.bbox.left / devicePixelRatio,
      width: plot.bbox.width / devicePixelRatio,
    }),
    leastSpan: () => current.current.stepMs,
    show: (range) => {
      pinched.set(plot, range);
      plot.setScale('x', { min: range[0], max: range[1] });
    },
    choose: ([fromMs, toMs]) => {
      pinched.delete(plot);
      current.current.onZoom?.(fromMs, toMs);
    },
  };
}

/** What fingers show before they are lifted: the plot's own range comes back with the next second. */
const pinched = new WeakMap<uPlot, readonly [number, number]>();

function step(event: KeyboardEvent, plot: uPlot | null, spec: PlotSpec): void {
  if (event.key === 'Escape') spec.onReset?.();
  if (event.key === 'Enter' && plot?.cursor.idx != null) spec.onPick?.(plot.cursor.idx);
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (plot === null || by === 0) return;
  event.preventDefault();
  const from = plot.cursor.idx ?? spec.x.length;
  const index = Math.max(0, Math.min(spec.x.length - 1, from + by * (event.shiftKey ? 10 : 1)));
  plot.setCursor({ left: plot.valToPos(spec.x[index] as number, 'x'), top: 10 });
}

function dataOf({ x, data }: PlotSpec): uPlot.AlignedData {
  return [x as number[], ...(data as (number | null)[][])];
}

function options(
  current: { readonly current: PlotSpec },
  width: number,
  height: number,
  setHover: (hover: Hover | null) => void,
): uPlot.Options {
  const color = tokenReader();
  const { series, bands, rightPx = 8, axisPx = 52, onZoom } = current.current;
  const axis = { stroke: color('text2'), font: chartFont(), ticks: { show: false } };
  return {
    width,
    height,
    ms: 1,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: onZoom !== undefined, y: false, setScale: false, dist: 6 },
      points: { size: 7 },
      sync: {
        key: SYNC_KEY,
        setSeries: false,
        scales: ['x', null],
        filters: { pub: (type) => type.startsWith('mouse') && type !== 'mousedown' && type !== 'mouseup' },
      },
    },
    padding: [8, rightPx, 0, 0],
    scales: {
      x: {
        time: true,
        auto: false,
        range: (plot) => [...(pinched.get(plot) ?? current.current.xRange)] as uPlot.Range.MinMax,
      },
      y: { auto: false, range: () => [...current.current.range] as uPlot.Range.MinMax },
    },
    axes: [
      {
        ...axis,
        size: 13 + fontPx(),
        gap: 6,
        grid: { show: false },
        border: { show: true, stroke: color('borderStrong'), width: 1 },
        values: (plot, splits) => splits.map((ms) => wordsThatFit(plot, ms, current.current.formatX(ms), rightPx)),
        space: 6.4 * fontPx(),
      },
      {
        ...axis,
        size: (axisPx * fontPx()) / DESK_PX,
        gap: 6,
        grid: { stroke: color('border'), width: 1 },
        values: (_plot, splits) => splits.map((value) => current.current.formatY(value)),
        ...(current.current.ySplits !== undefined && { splits: () => [...(current.current.ySplits ?? [])] }),
        // Four lines at most, whatever the height.
        space: (_plot, _axis, _least, _greatest, room) => Math.max(34, room / 4.5),
      },
    ],
    series: [{}, ...series.map((one) => seriesOptions(one, color, () => current.current))],
    bands: bands.map(([upper, lower, token]) => ({
      series: [upper + 1, lower + 1] as [number, number],
      fill: color(token),
    })),
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: drawn } = plot.select;
          if (drawn < 6) return;
          current.current.onZoom?.(plot.posToVal(left, 'x'), plot.posToVal(left + drawn, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      drawClear: [(plot) => current.current.drawBelow?.(canvasOf(plot, color))],
      draw: [
        (plot) => {
          const canvas = canvasOf(plot, color);
          current.current.drawAbove?.(canvas);
          drawMatches(canvas, current.current.matches ?? []);
        },
      ],
      setCursor: [
        (plot) => {
          const { idx, left } = plot.cursor;
          setHover(
            idx == null || left === undefined || left < 0
              ? null
              : { index: idx, left: left + plot.bbox.left / devicePixelRatio },
          );
        },
      ],
    },
  };
}

/** Of a tick at the right end half the words would be cut off: it has none. */
function wordsThatFit(plot: uPlot, ms: number, words: string, rightPx: number): string {
  const widthPx = plot.bbox.width / devicePixelRatio;
  const half = (words.length * fontPx() * 0.55) / 2;
  return widthPx > 0 && plot.valToPos(ms, 'x') + half > widthPx + rightPx ? '' : words;
}

function seriesOptions(
  { draw, color: token, name }: PlotSeries,
  color: (token: string) => string,
  spec: () => PlotSpec,
): uPlot.Series {
  const stroke = color(token);
  const base: uPlot.Series = {
    label: name,
    stroke,
    width: draw === 'line' ? 1.9 : 1.4,
    points: { show: false },
    spanGaps: false,
  };
  switch (draw) {
    case 'none':
      return { ...base, width: 0 };
    case 'dashed':
      return { ...base, dash: [4, 4] };
    case 'dotted':
      return { ...base, dash: [2, 3] };
    case 'bars':
      return {
        ...base,
        width: 0,
        fill: stroke,
        paths: (plot, index, from, to) => {
          const slot = Math.abs(plot.valToPos(spec().stepMs, 'x', true) - plot.valToPos(0, 'x', true));
          const widthPx = Math.max(3 * devicePixelRatio, slot * 0.8);
          const all = plot.bbox.width / Math.max(1, plot.data[0].length - 1);
          const paths = uPlot.paths.bars?.({ size: [Math.min(1, widthPx / all), widthPx, 3 * devicePixelRatio] });
          return paths?.(plot, index, from, to) ?? null;
        },
      };
    case 'steps': {
      const paths = uPlot.paths.stepped?.({ align: 1 });
      return { ...base, width: 1.9, ...(paths !== undefined && { paths }) };
    }
    case 'line':
      // A single point between two gaps has no line: a dot stands for it.
      return {
        ...base,
        points: { show: (plot, index, from, to) => isolated(plot, index, from, to), size: 4, fill: stroke },
      };
  }
}

function isolated(plot: uPlot, index: number, from: number, to: number): boolean {
  const values = plot.data[index] ?? [];
  for (let i = from; i <= to; i++) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) return to - from < 200;
  }
  return false;
}

function canvasOf(plot: uPlot, color: (token: string) => string): PlotCanvas {
  const { left, top, width, height } = plot.bbox;
  // Series leave their dashes behind.
  plot.ctx.setLineDash([]);
  return {
    ctx: plot.ctx,
    left,
    top,
    width,
    height,
    scale: devicePixelRatio,
    x: (ms) => plot.valToPos(ms, 'x', true),
    y: (value) => plot.valToPos(value, 'y', true),
    color,
  };
}
