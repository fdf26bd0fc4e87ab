import { isWithin, type Row, type Watched } from './watch.ts';

const [WIDTH, HEIGHT] = [960, 240];
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 12, 34, 26];
const DAY_MS = 86_400_000;
const COLORS = { line: '#4b5563', label: '#fde68a', found: '#15803d', missed: '#b45309', false: '#b91c1c' };

/** A metric as a curve, with labels as yellow spans, and alarms as dots: green within a label, red outside. */
export function drawSeries({ metric, rows, labels }: Watched): string {
  const times = rows.map(({ atMs }) => atMs);
  const values = rows.map(({ value }) => value);
  const [from, to] = [times[0] as number, times.at(-1) as number];
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const x = (atMs: number) => LEFT + ((WIDTH - LEFT - RIGHT) * (atMs - from)) / (to - from);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - least) / (most - least || 1));
  const alarms = rows.filter(({ isAnomaly }) => isAnomaly);
  const isFound = (span: Watched['labels'][number]) => alarms.some(({ atMs }) => isWithin(atMs, span));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${metric}: values, labels and alarms</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...labels.map((span) => labelRect(x(span[0]), x(span[1]), isFound(span))),
    ...days(from, to).map((atMs) => dayMark(x(atMs), atMs)),
    ...[least, most].map((value) => text(LEFT - 6, y(value) + 4, short(value), 'end', COLORS.line)),
    `<path d="${curve(rows, x, y)}" fill="none" stroke="${COLORS.line}" stroke-width="1"/>`,
    ...alarms.map(({ atMs, value }) => {
      const color = labels.some((span) => isWithin(atMs, span)) ? COLORS.found : COLORS.false;
      return `<circle cx="${x(atMs).toFixed(1)}" cy="${y(value).toFixed(1)}" r="4" fill="${color}"/>`;
    }),
    text(LEFT, 18, `${metric}`, 'start', '#111827'),
    text(
      WIDTH - RIGHT,
      18,
      'yellow: labelled by people · green: alarm within · red: alarm outside',
      'end',
      COLORS.line,
    ),
    '</svg>',
    '',
  ].join('\n');
}

function labelRect(from: number, to: number, isFound: boolean): string {
  const height = HEIGHT - TOP - BOTTOM;
  const rect = `<rect x="${from.toFixed(1)}" y="${TOP}" width="${(to - from).toFixed(1)}" height="${height}" fill="${COLORS.label}"/>`;
  const note = isFound ? 'found' : 'missed';
  return rect + text((from + to) / 2, TOP + 12, note, 'middle', COLORS[note]);
}

/** Of each pixel the least and the greatest value, so that no spike is lost. */
function curve(rows: readonly Row[], x: (atMs: number) => number, y: (value: number) => number): string {
  const pixels = Map.groupBy(rows, ({ atMs }) => Math.floor(x(atMs)));
  const points = [...pixels].flatMap(([pixel, each]) => {
    const values = each.map(({ value }) => value).sort((a, b) => a - b);
    const [least, most] = [values[0] as number, values.at(-1) as number];
    return least === most ? [[pixel, least] as const] : [[pixel, least] as const, [pixel, most] as const];
  });
  return points.map(([at, value], i) => `${i === 0 ? 'M' : 'L'}${at} ${y(value).toFixed(1)}`).join('');
}

function days(from: number, to: number): number[] {
  const first = Math.ceil(from / DAY_MS) * DAY_MS;
  const all = Array.from({ length: Math.ceil((to - first) / DAY_MS) }, (_, i) => first + i * DAY_MS);
  return all.filter((_, i) => i % Math.ceil(all.length / 8) === 0);
}

function dayMark(x: number, atMs: number): string {
  const line = `<path d="M${x.toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}" stroke="#e5e7eb"/>`;
  return line + text(x, HEIGHT - 8, new Date(atMs).toISOString().slice(0, 10), 'middle', COLORS.line);
}

function text(x: number, y: number, content: string, anchor: string, color: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
}

function short(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} M` : String(Number(value.toPrecision(3)));
}
