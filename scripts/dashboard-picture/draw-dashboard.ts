import type { Widget } from './dashboard-body.ts';
import { drawGraph, isShown, namesOf } from './draw-graph.ts';
import { type Box, fitting, GREY, rectangle, text, wrapped } from './svg.ts';

const [COLUMN, ROW, GAP, BANNER] = [52, 36, 6, 34];
const COLUMNS = 24;
const PADDING = 10;
const OK_COLOR = '#2ca02c';

/** The picture of a dashboard: its widgets where they stand, with sketched curves and without a single measurement. */
export function drawDashboard(widgets: readonly Widget[]): string {
  const width = COLUMNS * COLUMN + GAP;
  const rows = Math.max(...widgets.map(({ y, height }) => y + height));
  const height = BANNER + rows * ROW + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica, Arial, sans-serif">`,
    `<title>The dashboard of a pipeline, sketched from its definition</title>`,
    rectangle({ x: 0, y: 0, width, height }, '#f2f3f3', '#f2f3f3'),
    text(
      PADDING,
      22,
      'A sketch, drawn from the definition of the dashboard: widgets and names are its own, curves and numbers are made up.',
      {
        size: 13,
        color: GREY,
      },
    ),
    ...widgets.flatMap((widget) => drawWidget(widget)),
    '</svg>',
    '',
  ].join('\n');
}

function drawWidget(widget: Widget): string[] {
  const box = {
    x: widget.x * COLUMN + GAP,
    y: BANNER + widget.y * ROW + GAP,
    width: widget.width * COLUMN - GAP,
    height: widget.height * ROW - GAP,
  };
  if (widget.type === 'text') return drawText(widget, box);
  return [rectangle(box, '#ffffff'), ...drawContent(widget, box)];
}

function drawContent(widget: Widget, box: Box): string[] {
  if (widget.type === 'alarm') return drawAlarms(widget, box);
  return widget.properties.view === 'singleValue' ? drawNumbers(widget, box) : drawGraph(widget, box);
}

function drawText({ properties: { markdown = '' } }: Widget, { x, y, width }: Box): string[] {
  const [first = '', ...others] = markdown.split('\n');
  const size = first.startsWith('# ') ? 19 : 16;
  const lines = wrapped(others.join(' ').replaceAll('`', ''), width - 2 * PADDING, 12);
  return [
    text(x + 2, y + 22, first.replace(/^#+ /, ''), { size, bold: true }),
    ...lines.map((line, index) => text(x + 2, y + 42 + 15 * index, line, { size: 12, color: GREY })),
  ];
}

const ALARM_WIDTH = 200;

function drawAlarms({ properties: { title = '', alarms = [] } }: Widget, box: Box): string[] {
  const columns = Math.max(1, Math.floor((box.width - 2 * PADDING) / ALARM_WIDTH));
  const width = (box.width - 2 * PADDING) / columns;
  // All names of one pipeline begin with what makes them unique in the account.
  const names = alarms.map((arn) => (arn.split(':').at(-1) ?? '').replace(/^.*-[0-9A-F]{8}-/, ''));
  return [
    text(box.x + PADDING, box.y + 18, title, { size: 12, bold: true }),
    ...names.flatMap((name, index) => {
      const at = { x: box.x + PADDING + (index % columns) * width, y: box.y + 30 + Math.floor(index / columns) * 26 };
      return [
        rectangle({ ...at, width: width - 6, height: 21 }, '#f2f8f2', OK_COLOR),
        text(at.x + 6, at.y + 14, fitting(`OK  ${name}`, width - 14, 10), { size: 10 }),
      ];
    }),
  ];
}

function drawNumbers({ properties: { title = '', metrics = [] } }: Widget, box: Box): string[] {
  const shown = metrics.filter(isShown);
  const width = (box.width - 2 * PADDING) / Math.max(1, shown.length);
  return [
    text(box.x + PADDING, box.y + 18, title, { size: 12, bold: true }),
    ...shown.flatMap((row, index) => {
      const x = box.x + PADDING + index * width;
      return [
        text(x, box.y + 56, '···', { size: 24, color: GREY }),
        text(x, box.y + 82, fitting(namesOf(row).label, width - 8), { color: GREY }),
      ];
    }),
  ];
}
