import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { theme } from '../live/store.ts';

/** A series of a plot; its values are those of the same place in `data`. */
export interface PlotSeries {
  readonly name: string;
  readonly color: string;
  readonly draw: 'line' | 'dashed' | 'dotted' | 'bars' | 'area' | 'none';
  readonly fill?: (ctx: CanvasRenderingContext2D) => string | CanvasPattern;
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
  /** Lines of the tooltip at a point; null where there is none. */
  readonly tooltip: (index: number) => readonly TooltipLine[] | null;
  /** The chart in a sentence. */
  readonly words: string;
}

export interface TooltipLine {
  readonly name: string;
  readonly value?: string;
  readonly color?: string;
  readonly strong?: boolean;
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

const AXIS_FONT = '11px Inter, system-ui, sans-serif';

export function Plot({ spec, height }: { readonly spec: PlotSpec; readonly height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const current = useRef(spec);
  current.current = spec;
  const [hover, setHover] = useState<{ readonly index: number; readonly left: number } | null>(null);
  const shape = spec.series.map(({ name, draw }) => `${name}:${draw}`).join('|');

  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const width = () => Math.max(80, element.clientWidth);
    const made = new uPlot(options(current, width(), height, setHover), dataOf(current.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: width(), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
    // A series that comes or goes makes another plot; numbers do not.
  }, [shape, height, theme.value]);

  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData(dataOf(spec), false);
      plot.current?.setScale('x', { min: spec.xRange[0], max: spec.xRange[1] });
      plot.current?.setScale('y', { min: spec.range[0], max: spec.range[1] });
    });
  }, [spec]);

  return (
    <div
      class="chart"
      role="img"
      aria-label={spec.words}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the points of the chart
      tabIndex={0}
      ref={box}
      onKeyDown={(event) => step(event, plot.current, spec)}
    >
      {hover !== null && (
        <Tooltip lines={spec.tooltip(hover.index)} left={hover.left} width={box.current?.clientWidth ?? 0} />
      )}
    </div>
  );
}

function Tooltip({
  lines,
  left,
  width,
}: {
  readonly lines: readonly TooltipLine[] | null;
  readonly left: number;
  readonly width: number;
}) {
  if (lines === null) return null;
  const side = left > width / 2 ? { right: `${width - left + 14}px` } : { left: `${left + 14}px` };
  return (
    <div class="tooltip" style={side} role="status">
      {lines.map(({ name, value, color, strong }) => (
        <div key={name} class={strong ? 'strong' : ''}>
          {color !== undefined && <i style={{ background: color }} />}
          <bdi>{name}</bdi>
          {value !== undefined && <span>{value}</span>}
        </div>
      ))}
    </div>
  );
}

function step(event: KeyboardEvent, plot: uPlot | null, spec: PlotSpec): void {
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
  setHover: (hover: { index: number; left: number } | null) => void,
): uPlot.Options {
  const color = tokenReader();
  const { series, bands } = current.current;
  const axis = { stroke: color('text2'), font: AXIS_FONT, ticks: { show: false } };
  return {
    width,
    height,
    ms: 1,
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false }, points: { size: 7 } },
    padding: [8, 8, 0, 0],
    scales: {
      x: { time: true, auto: false, range: () => [...current.current.xRange] as uPlot.Range.MinMax },
      y: { auto: false, range: () => [...current.current.range] as uPlot.Range.MinMax },
    },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 4,
        grid: { show: false },
        border: { show: true, stroke: color('borderStrong'), width: 1 },
        values: (_plot, splits) => splits.map((ms) => current.current.formatX(ms)),
        space: 70,
      },
      {
        ...axis,
        size: 52,
        gap: 6,
        grid: { stroke: color('border'), width: 1 },
        values: (_plot, splits) => splits.map((value) => current.current.formatY(value)),
        space: 40,
      },
    ],
    series: [{}, ...series.map((one, index) => seriesOptions(one, color, () => current.current, index))],
    bands: bands.map(([upper, lower, token]) => ({
      series: [upper + 1, lower + 1] as [number, number],
      fill: color(token),
    })),
    hooks: {
      drawClear: [(plot) => current.current.drawBelow?.(canvasOf(plot, color))],
      draw: [(plot) => current.current.drawAbove?.(canvasOf(plot, color))],
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

function seriesOptions(
  { draw, color: token, fill, name }: PlotSeries,
  color: (token: string) => string,
  spec: () => PlotSpec,
  _index: number,
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
        fill: (plot) => fill?.(plot.ctx) ?? stroke,
        paths: (plot, index, from, to) => {
          const slot = Math.abs(plot.valToPos(spec().stepMs, 'x', true) - plot.valToPos(0, 'x', true));
          const widthPx = Math.max(3 * devicePixelRatio, slot * 0.8);
          const all = plot.bbox.width / Math.max(1, plot.data[0].length - 1);
          const paths = uPlot.paths.bars?.({ size: [Math.min(1, widthPx / all), widthPx, 3 * devicePixelRatio] });
          return paths?.(plot, index, from, to) ?? null;
        },
      };
    case 'area':
      return { ...base, width: 0, fill: (plot) => fill?.(plot.ctx) ?? stroke };
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

/** Reads colours of the theme at hand: `borderStrong` of `--border-strong`. */
export function tokenReader(): (token: string) => string {
  const style = getComputedStyle(document.documentElement);
  return (token) =>
    style.getPropertyValue(`--${token.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).trim();
}
