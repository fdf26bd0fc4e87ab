import { label } from './marks.ts';
import { type Match, middle } from './matches.ts';
import type { PlotCanvas } from './plot.tsx';

/** Nearer than this in CSS pixels two marks are one with a number. */
const TOUCH_PX = 10;
const HALF_PX = 4;
const TALL_PX = 9;

/**
 * A tag on the time axis for each match: it belongs to a moment, and to no value. Its shape is its own, so that in grey too nobody
 * takes it for an anomaly; the window of one that counts several is a line beneath it.
 */
export function drawMatches(canvas: PlotCanvas, matches: readonly Match[]): void {
  const { ctx, scale, left, width, top, height } = canvas;
  const bottom = top + height;
  const inside = matches.filter((match) => canvas.x(middle(match)) >= left && canvas.x(middle(match)) <= left + width);
  ctx.save();
  for (const { x, count, match } of clustersOf(canvas, inside)) {
    ctx.fillStyle = canvas.color('text');
    ctx.strokeStyle = canvas.color('surface');
    ctx.lineWidth = 3 * scale;
    if (match.to > match.from) {
      const [from, to] = [Math.max(left, canvas.x(match.from)), Math.min(left + width, canvas.x(match.to))];
      ctx.fillRect(from, bottom - 1.5 * scale, to - from, 1.5 * scale);
    }
    ctx.beginPath();
    ctx.moveTo(x, bottom);
    ctx.lineTo(x + HALF_PX * scale, bottom - HALF_PX * scale);
    ctx.lineTo(x + HALF_PX * scale, bottom - TALL_PX * scale);
    ctx.lineTo(x - HALF_PX * scale, bottom - TALL_PX * scale);
    ctx.lineTo(x - HALF_PX * scale, bottom - HALF_PX * scale);
    ctx.closePath();
    ctx.stroke();
    ctx.fill();
    if (count > 1) label(canvas, String(count), x, bottom - (TALL_PX + 7) * scale, 'text', 'center');
  }
  ctx.restore();
}

interface Cluster {
  readonly x: number;
  readonly count: number;
  readonly match: Match;
}

function clustersOf(canvas: PlotCanvas, matches: readonly Match[]): readonly Cluster[] {
  const clusters: Cluster[] = [];
  for (const match of [...matches].sort((a, b) => middle(a) - middle(b))) {
    const x = canvas.x(middle(match));
    const last = clusters.at(-1);
    if (last !== undefined && x - last.x < TOUCH_PX * canvas.scale) {
      clusters[clusters.length - 1] = { ...last, count: last.count + match.count };
    } else clusters.push({ x, count: match.count, match });
  }
  return clusters;
}
