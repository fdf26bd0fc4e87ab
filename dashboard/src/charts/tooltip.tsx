import { useLayoutEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { kebab } from './token-reader.ts';
import { placeTooltip } from './tooltip-layout.ts';

export interface TooltipLine {
  readonly name: string;
  readonly value?: string;
  readonly color?: string;
  readonly strong?: boolean;
}

/** Where the pointer or the focus is: at a point of the plot, so far from its left. */
export interface Hover {
  readonly index: number;
  readonly left: number;
}

interface TooltipProps {
  readonly lines: readonly TooltipLine[] | null;
  readonly hover: Hover;
  readonly plot: uPlot | null;
}

export function Tooltip({ lines, hover, plot }: TooltipProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || plot === null) return;
    const { left, top } = placeTooltip({
      width: element.offsetWidth,
      height: element.offsetHeight,
      chartWidth: plot.width,
      chartHeight: plot.height,
      x: hover.left,
      drawnBetween: (from, to) => drawnBetween(plot, from, to),
    });
    element.style.transform = `translate(${left}px, ${top}px)`;
  });
  if (lines === null) return null;
  return (
    <div class="tooltip" ref={box} role="status">
      {lines.map(({ name, value, color, strong }, i) => (
        <div key={`${i} ${name}`} class={strong ? 'strong' : ''}>
          {color !== undefined && <i style={{ background: `var(--${kebab(color)})` }} />}
          <bdi>{name}</bdi>
          {value !== undefined && <span>{value}</span>}
        </div>
      ))}
    </div>
  );
}

/** The highest and the lowest that a series reaches there, from the top of the chart. */
function drawnBetween(plot: uPlot, from: number, to: number): readonly [number, number] {
  const [x, ...all] = plot.data;
  const { left, top } = plot.bbox;
  const plotTop = top / devicePixelRatio;
  const [first, last] = [from, to].map((at) => plot.posToIdx(at - left / devicePixelRatio)) as [number, number];
  let [highest, lowest] = [plot.height, 0];
  for (const values of all) {
    for (let i = first; i <= last && i < x.length; i++) {
      const value = values[i];
      if (value == null) continue;
      const at = plotTop + plot.valToPos(value, 'y');
      highest = Math.min(highest, at);
      lowest = Math.max(lowest, at);
    }
  }
  return highest > lowest ? [plot.height / 2, plot.height / 2] : [highest, lowest];
}
