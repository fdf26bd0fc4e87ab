import type { Span } from './text.ts';

/**
 * A bar with two marks: how far it is done, and how far something runs ahead of that. Both from 0 to 1; beyond that they
 * are cut. The three parts look different without colour, too.
 */
export function bar(width: number, done: number, ahead = done, style: 'accent' | 'good' = 'accent'): readonly Span[] {
  const solid = plainBar(width, done);
  const dashed = '╍'.repeat(Math.max(0, Math.round(width * clamp(ahead)) - solid.length));
  return [
    { text: solid, style },
    { text: dashed, style },
    { text: '─'.repeat(width - solid.length - dashed.length), style: 'faint' },
  ];
}

/** A plain bar, to the half of a column; at least a half where the share is more than 0. */
export function plainBar(width: number, share: number): string {
  const halves = Math.round(2 * width * clamp(share)) || (share > 0 && width > 0 ? 1 : 0);
  return '━'.repeat(halves >>> 1) + (halves % 2 === 1 ? '╸' : '');
}

function clamp(fraction: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
}
