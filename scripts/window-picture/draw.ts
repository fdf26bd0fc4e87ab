import type { Outcome, WatchedWindow } from './watch.ts';

const [WIDTH, HEIGHT] = [960, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 20, 58, 48];
const MINUTE_MS = 60_000;
const MINUTES = 10;
const INK = '#111827';
const FAINT = '#6b7280';
const COLORS: Readonly<Record<Outcome, string>> = {
  'on time': '#15803d',
  revises: '#b45309',
  late: '#b91c1c',
  next: '#9ca3af',
};
/** By outcome: how far to the right it is explained, and in which words. */
const LEGEND: readonly (readonly [Outcome, number, string])[] = [
  ['on time', 0, 'on time'],
  ['revises', 100, 'late, and allowed: revises the row'],
  ['late', 350, 'too late: kept aside'],
  ['next', 520, 'of the next windows'],
];

/** Events by arrival (to the right) and event time (upwards), the watermark as a stair, and the window as a band. */
export function drawWindow({ startMs, endMs, closedMs, events }: WatchedWindow): string {
  const x = (ms: number) => LEFT + ((WIDTH - LEFT - RIGHT) * (ms - startMs)) / (MINUTES * MINUTE_MS);
  const y = (ms: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (ms - startMs)) / (MINUTES * MINUTE_MS);
  const [right, top] = [startMs + MINUTES * MINUTE_MS, y(startMs + MINUTES * MINUTE_MS)];
  const closed = x(closedMs).toFixed(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    '<title>Events of a window, and the watermark that closes it</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<rect x="${LEFT}" y="${y(endMs)}" width="${WIDTH - LEFT - RIGHT}" height="${y(startMs) - y(endMs)}" fill="#dbeafe"/>`,
    label(WIDTH - RIGHT - 6, y(endMs) + 16, `window ${clock(startMs)} to ${clock(endMs)}`, 'end', '#1d4ed8'),
    ...axes(startMs, x, y),
    `<path d="M${x(startMs)} ${y(startMs)}L${x(right)} ${top}" stroke="${FAINT}" stroke-dasharray="3 4"/>`,
    label(x(right) - 8, top + 30, 'no delay', 'end', FAINT),
    `<path d="${stair(events, x, y, right)}" fill="none" stroke="#7c3aed" stroke-width="2"/>`,
    label(WIDTH - RIGHT - 6, y(events.at(-1)?.watermarkMs ?? startMs) - 7, 'watermark', 'end', '#7c3aed'),
    `<path d="M${closed} ${TOP}V${HEIGHT - BOTTOM}" stroke="#7c3aed" stroke-dasharray="6 4"/>`,
    label(x(closedMs) - 6, TOP + 12, 'the watermark passes the end: the window closes', 'end', '#7c3aed'),
    ...events.map(
      ({ arrivedMs, eventTimeMs, outcome }) =>
        `<circle cx="${x(arrivedMs).toFixed(1)}" cy="${y(eventTimeMs).toFixed(1)}" r="5" fill="${COLORS[outcome]}"/>`,
    ),
    ...LEGEND.flatMap(([outcome, offset, words]) => legend(LEFT + offset, outcome, words)),
    '</svg>',
    '',
  ].join('\n');
}

type Scale = (ms: number) => number;

function stair(events: WatchedWindow['events'], x: Scale, y: Scale, rightMs: number): string {
  const shown = events.filter(({ watermarkMs }) => y(watermarkMs) <= HEIGHT - BOTTOM);
  const [first] = shown;
  if (first === undefined) return '';
  const steps = shown.map(({ arrivedMs, watermarkMs }) => `H${x(arrivedMs).toFixed(1)}V${y(watermarkMs).toFixed(1)}`);
  return `M${x(first.arrivedMs).toFixed(1)} ${HEIGHT - BOTTOM}${steps.join('')}H${x(rightMs)}`;
}

function axes(startMs: number, x: Scale, y: Scale): string[] {
  const marks = Array.from({ length: MINUTES / 5 + 1 }, (_, index) => startMs + index * 5 * MINUTE_MS);
  return [
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="${INK}"/>`,
    ...marks.map((ms) => label(x(ms), HEIGHT - BOTTOM + 18, clock(ms), 'middle', INK)),
    ...marks.map((ms) => label(LEFT - 8, y(ms) + 4, clock(ms), 'end', INK)),
    label((LEFT + WIDTH) / 2, HEIGHT - 10, 'when an event arrives', 'middle', INK),
    label(8, TOP - 10, 'event time: when it happened', 'start', INK),
  ];
}

function legend(x: number, outcome: Outcome, words: string): string[] {
  return [`<circle cx="${x}" cy="20" r="5" fill="${COLORS[outcome]}"/>`, label(x + 11, 24, words, 'start', INK)];
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', color: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${text}</text>`;
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}
