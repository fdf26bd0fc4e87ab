import { formatDuration } from '../format/times.ts';
import { chartFont, fontPx } from './font.ts';
import type { PlotCanvas } from './plot.tsx';
import type { Gap, Line, Point, ValueRange } from './timeline-data.ts';

/** What stands on and behind a line: gaps, open windows, anomalies, revisions, watermark and now. */

const LONG_GAP_STEPS = 3;

/** Dots where no window is; said where it is long. */
export function drawGaps(canvas: PlotCanvas, gaps: readonly Gap[], stepMs: number): void {
  const { ctx, top, height, scale } = canvas;
  for (const { start, end } of gaps) {
    const [from, to] = [canvas.x(start), canvas.x(end)];
    if (to - from < 6 * scale) continue;
    ctx.save();
    ctx.fillStyle = canvas.color('borderStrong');
    for (let x = from + 3 * scale; x < to - 2 * scale; x += 5 * scale) {
      for (let y = top + 3 * scale; y < top + height; y += 5 * scale) ctx.fillRect(x, y, scale, scale);
    }
    if (end - start > LONG_GAP_STEPS * stepMs && to - from > 34 * scale) {
      label(canvas, 'no events', (from + to) / 2, top + height - 22 * scale, 'text2', 'center');
      label(canvas, formatDuration(end - start), (from + to) / 2, top + height - 8 * scale, 'text2', 'center');
    }
    ctx.restore();
  }
}

/** Behind a line of which points were left out: all of them lie in it. */
export function drawRanges(canvas: PlotCanvas, ranges: readonly ValueRange[]): void {
  const { ctx } = canvas;
  ctx.save();
  ctx.fillStyle = canvas.color('accent');
  ctx.globalAlpha = 0.28;
  for (const { start, end, least, greatest } of ranges) {
    // Of one value the line says all.
    if (least === greatest) continue;
    // On whole pixels, each by itself: a path with smoothed edges takes seven times as long.
    const [from, to] = [Math.round(canvas.x(start)), Math.round(canvas.x(end))];
    const [top, bottom] = [Math.round(canvas.y(greatest)), Math.round(canvas.y(least))];
    ctx.fillRect(from, top, Math.max(1, to - from), Math.max(1, bottom - top));
  }
  ctx.restore();
}

/** Hatched with a dashed edge, so that nobody takes an open window for a final one. */
export function drawOpenWindows(canvas: PlotCanvas, points: readonly Point[]): void {
  const { ctx, scale, top, height } = canvas;
  for (const { start, end, value, isFinal } of points) {
    if (isFinal || value === null) continue;
    const [from, to, y] = [canvas.x(start), canvas.x(end), canvas.y(value)];
    const width = Math.max(3 * scale, to - from - scale);
    ctx.save();
    ctx.fillStyle = hatch(ctx, canvas.color('accent'), scale);
    ctx.fillRect(from, y, width, top + height - y);
    ctx.strokeStyle = canvas.color('accent');
    ctx.lineWidth = scale;
    ctx.setLineDash([3 * scale, 2 * scale]);
    ctx.strokeRect(from, y, width, top + height - y);
    ctx.restore();
  }
}

export function drawMarks(canvas: PlotCanvas, { points }: Line): void {
  drawRevisions(canvas, points, (value) => value, []);
  for (const point of points) {
    if (point.value === null) continue;
    const [x, y] = [canvas.x((point.start + point.end) / 2), canvas.y(point.value)];
    if (point.anomaly !== null) anomaly(canvas, x, y, point.anomaly.score);
  }
}

/** From this score on an anomaly is drawn as critical. */
const CRITICAL_SCORE = 0.999;

function anomaly(canvas: PlotCanvas, x: number, y: number, score: number): void {
  const { ctx, scale, top, height } = canvas;
  const isCritical = score >= CRITICAL_SCORE;
  const color = canvas.color(isCritical ? 'crit' : 'warn');
  const size = 5.5 * scale;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.globalAlpha = 0.5;
  ctx.lineWidth = scale;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.beginPath();
  if (isCritical) {
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
    ctx.fillStyle = color;
    ctx.fill();
  } else {
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y + size * 0.8);
    ctx.lineTo(x - size, y + size * 0.8);
    ctx.closePath();
    ctx.fillStyle = canvas.color('surface');
    ctx.fill();
    ctx.lineWidth = 1.6 * scale;
    ctx.stroke();
  }
  ctx.restore();
}

function ring(canvas: PlotCanvas, x: number, y: number, words: string): void {
  const { ctx, scale } = canvas;
  ctx.save();
  ctx.fillStyle = canvas.color('surface');
  ctx.strokeStyle = canvas.color('late');
  ctx.lineWidth = 1.6 * scale;
  ctx.beginPath();
  ctx.arc(x, y, 3.6 * scale, 0, 2 * Math.PI);
  ctx.fill();
  ctx.stroke();
  ctx.restore();
  label(canvas, words, x, y - (2 + 0.55 * fontPx()) * scale, 'late', 'center');
}

/** Solid where everything up to there has come, dotted where it is now. */
export function drawTimes(canvas: PlotCanvas, watermarkMs: number | null, nowMs: number, nowWords: string): void {
  const { ctx, scale, top, height, left, width } = canvas;
  const inside = (x: number) => x >= left && x <= left + width;
  const nowX = canvas.x(nowMs);
  const firstLine = top + 0.73 * fontPx() * scale;
  const hasRoom = left + width - nowX > (0.55 * fontPx() * nowWords.length + 12) * scale;
  // Over hours both stand at one place: their words are on one line then, above what is drawn.
  const isOne = watermarkMs !== null && !hasRoom && Math.abs(canvas.x(watermarkMs) - nowX) < 3 * scale;
  ctx.save();
  ctx.font = chartFont(scale);
  const aside = isOne && inside(nowX) ? ctx.measureText(nowWords).width + 6 * scale : 0;
  if (watermarkMs !== null && inside(canvas.x(watermarkMs))) {
    const x = canvas.x(watermarkMs);
    ctx.strokeStyle = canvas.color('late');
    ctx.lineWidth = 1.5 * scale;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    label(canvas, 'watermark', x - 4 * scale - aside, firstLine, 'late', 'right');
  }
  if (inside(nowX)) {
    const x = nowX;
    ctx.strokeStyle = canvas.color('text');
    ctx.setLineDash([1.5 * scale, 2 * scale]);
    ctx.lineWidth = 1.2 * scale;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    if (hasRoom) label(canvas, nowWords, x + 4 * scale, firstLine, 'text', 'left');
    else label(canvas, nowWords, x - 4 * scale, isOne ? firstLine : top + 2 * fontPx() * scale, 'text', 'right');
  }
  ctx.restore();
}

/** Text with a halo of the card, so that it can be read over lines and hatching. */
export function label(
  canvas: PlotCanvas,
  text: string,
  x: number,
  y: number,
  token: string,
  align: CanvasTextAlign,
): void {
  const { ctx, scale } = canvas;
  ctx.save();
  ctx.font = chartFont(scale);
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  ctx.lineWidth = 3 * scale;
  ctx.strokeStyle = canvas.color('surface');
  ctx.strokeText(text, x, y);
  ctx.fillStyle = canvas.color(token);
  ctx.fillText(text, x, y);
  ctx.restore();
}

const patterns = new WeakMap<CanvasRenderingContext2D, Map<string, CanvasPattern | string>>();

/** Slanting lines of a colour on nothing. Made once for each canvas: that costs more than what is drawn with it. */
export function hatch(ctx: CanvasRenderingContext2D, color: string, scale: number): CanvasPattern | string {
  const known = patterns.get(ctx) ?? new Map<string, CanvasPattern | string>();
  patterns.set(ctx, known);
  const key = `${color} ${scale}`;
  const found = known.get(key) ?? newHatch(ctx, color, scale);
  known.set(key, found);
  return found;
}

function newHatch(ctx: CanvasRenderingContext2D, color: string, scale: number): CanvasPattern | string {
  const size = Math.round(6 * scale);
  const tile = new OffscreenCanvas(size, size);
  const draw = tile.getContext('2d');
  if (draw === null) return color;
  draw.strokeStyle = color;
  draw.globalAlpha = 0.45;
  draw.lineWidth = scale;
  draw.beginPath();
  for (const shift of [-size, 0, size]) {
    draw.moveTo(shift, size);
    draw.lineTo(shift + size, 0);
  }
  draw.stroke();
  return ctx.createPattern(tile, 'repeat') ?? color;
}

/** Open values of a line: hollow, and joined to it by dots alone. */
export function drawOpenPoints(
  canvas: PlotCanvas,
  points: readonly (Point | null)[],
  token: string,
  onAxis: (value: number) => number,
): void {
  const { ctx, scale } = canvas;
  let before: { readonly x: number; readonly y: number; readonly isFinal: boolean } | null = null;
  ctx.save();
  ctx.strokeStyle = canvas.color(token);
  ctx.fillStyle = canvas.color('surface');
  ctx.lineWidth = 1.6 * scale;
  for (const point of points) {
    if (point === null || point.value === null) continue;
    const at = { x: canvas.x((point.start + point.end) / 2), y: canvas.y(onAxis(point.value)), isFinal: point.isFinal };
    if (!point.isFinal) {
      // The one after it has hardly begun to fill: a line to it would show a fall that is none.
      if (before?.isFinal) {
        ctx.setLineDash([1.5 * scale, 3 * scale]);
        ctx.beginPath();
        ctx.moveTo(before.x, before.y);
        ctx.lineTo(at.x, at.y);
        ctx.stroke();
        ctx.setLineDash([]);
      }
      ctx.beginPath();
      ctx.arc(at.x, at.y, 3 * scale, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
    before = at;
  }
  ctx.restore();
}

/** Rings of a line; `said` holds what the lines before it have named, for one word is enough where they meet. */
export function drawRevisions(
  canvas: PlotCanvas,
  points: readonly (Point | null)[],
  onAxis: (value: number) => number,
  said: { readonly x: number; readonly y: number }[],
): void {
  const room = 16 * canvas.scale;
  for (const point of points) {
    if (point === null || point.value === null || point.revision <= 1) continue;
    const [x, y] = [canvas.x((point.start + point.end) / 2), canvas.y(onAxis(point.value))];
    const isNear = said.some((one) => Math.abs(one.x - x) < room && Math.abs(one.y - y) < room);
    ring(canvas, x, y, isNear ? '' : `r${point.revision}`);
    if (!isNear) said.push({ x, y });
  }
}

/** Behind the chosen window. */
export function drawWindow(canvas: PlotCanvas, { start, end }: { readonly start: number; readonly end: number }): void {
  const { ctx, top, height } = canvas;
  ctx.save();
  ctx.fillStyle = canvas.color('accentSoft');
  ctx.fillRect(canvas.x(start), top, Math.max(2, canvas.x(end) - canvas.x(start)), height);
  ctx.restore();
}
