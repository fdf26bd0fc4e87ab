import { sketchedCurve } from './curves.ts';
import type { MetricRow, MetricRowOptions, Widget } from './dashboard-body.ts';
import { area, type Box, fitting, GREY, LINE, path, rectangle, text, widthOf } from './svg.ts';

const PALETTE = ['#1f77b4', '#ff7f0e', '#2ca02c', '#9467bd', '#8c564b', '#e377c2', '#17becf', '#bcbd22', '#7f7f7f'];
const ALARM_COLOR = '#d62728';
const [LEGEND_LINE, LEGEND_GAP, PADDING] = [14, 24, 10];
/** Lines of a legend; what does not fit into them is counted. */
const LEGEND_LINES = 3;

interface Curve {
  readonly label: string;
  readonly color: string;
  readonly values: readonly number[];
}

/** A graph: title, axes, one sketched curve for each metric that it shows, their names, and the alarm's line. */
export function drawGraph({ properties }: Widget, box: Box): string[] {
  const { title = '', stacked = false, yAxis, annotations } = properties;
  const curves = curvesOf(properties.metrics ?? []);
  const legend = legendOf(curves, box.width - 2 * PADDING);
  const plot = {
    x: box.x + PADDING,
    y: box.y + 42,
    width: box.width - 2 * PADDING,
    height: box.height - 42 - legend.length * LEGEND_LINE - 14,
  };
  return [
    text(box.x + PADDING, box.y + 18, fitting(title, box.width - PADDING, 12), { size: 12, bold: true }),
    text(plot.x, box.y + 34, yAxis?.left?.label ?? '', { size: 9, color: GREY }),
    text(plot.x + plot.width, box.y + 34, yAxis?.right?.label ?? '', { size: 9, color: GREY, anchor: 'end' }),
    ...grid(plot),
    ...(stacked ? drawStack(curves, plot) : curves.map((curve) => drawLine(curve, plot))),
    ...(annotations?.horizontal ?? []).flatMap(({ label = '', value }) => drawAlarm(`${label} ${value}`, plot)),
    ...legend.flatMap((line, index) => drawLegend(line, plot.x, plot.y + plot.height + 14 + index * LEGEND_LINE)),
  ];
}

/** What a metric is called in a legend, and by its name. */
export function namesOf(row: MetricRow): { readonly label: string; readonly name: string } {
  const options = optionsOf(row);
  const name = typeof row[1] === 'string' ? row[1] : (options.expression ?? '');
  return { label: options.label ?? name, name };
}

export function isShown(row: MetricRow): boolean {
  return optionsOf(row).visible !== false;
}

function optionsOf(row: MetricRow): MetricRowOptions {
  const last = row.at(-1);
  return typeof last === 'object' ? last : {};
}

function curvesOf(rows: readonly MetricRow[]): Curve[] {
  return rows.filter(isShown).map((row, index) => {
    const { label, name } = namesOf(row);
    const color = optionsOf(row).color ?? PALETTE[index % PALETTE.length] ?? GREY;
    return { label, color, values: sketchedCurve(label, name) };
  });
}

function grid({ x, y, width, height }: Box): string[] {
  return [0, 0.5, 1].map((share) =>
    path(
      [
        [x, y + height * share],
        [x + width, y + height * share],
      ],
      LINE,
    ),
  );
}

function drawLine({ values, color }: Curve, plot: Box): string {
  return path(pointsOf(values, plot), color, ' stroke-width="1.5"');
}

/** Areas on top of each other, scaled so that all of them fit. */
function drawStack(curves: readonly Curve[], plot: Box): string[] {
  let ground = curves[0]?.values.map(() => 0) ?? [];
  return curves.map(({ values, color }) => {
    const below = ground;
    ground = below.map((value, index) => value + (values[index] ?? 0) / Math.max(1, curves.length));
    return area([...pointsOf(ground, plot), ...pointsOf(below, plot).reverse()], color);
  });
}

function pointsOf(values: readonly number[], { x, y, width, height }: Box): (readonly [number, number])[] {
  return values.map((value, index) => [x + (width * index) / (values.length - 1), y + height * (1 - value)] as const);
}

function drawAlarm(label: string, { x, y, width, height }: Box): string[] {
  const at = y + height * 0.06;
  const line = path(
    [
      [x, at],
      [x + width, at],
    ],
    ALARM_COLOR,
    ' stroke-dasharray="4 3"',
  );
  return [line, text(x + width, at - 3, label, { size: 9, color: ALARM_COLOR, anchor: 'end' })];
}

type Entry = Pick<Curve, 'label' | 'color'>;

function legendOf(curves: readonly Curve[], width: number): Entry[][] {
  const lines: Entry[][] = [[]];
  let used = 0;
  for (const [index, { label, color }] of curves.entries()) {
    const needs = LEGEND_GAP + widthOf(label, 10);
    if (used + needs > width && used > 0) {
      if (lines.length === LEGEND_LINES) {
        lines.at(-1)?.splice(-1, 1, { label: `and ${curves.length - index + 1} more`, color: 'none' });
        break;
      }
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push({ label: fitting(label, width - 20, 10), color });
    used += needs;
  }
  return lines;
}

function drawLegend(line: readonly Entry[], x: number, y: number): string[] {
  let at = x;
  return line.flatMap(({ label, color }) => {
    const parts = [
      ...(color === 'none' ? [] : [rectangle({ x: at, y: y - 7, width: 8, height: 8 }, color, color)]),
      text(at + 12, y, label, { size: 10, color: GREY }),
    ];
    at += LEGEND_GAP + widthOf(label, 10);
    return parts;
  });
}
