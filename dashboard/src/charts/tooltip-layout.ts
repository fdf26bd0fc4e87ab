/** Where a tooltip stands, so that it covers neither the point that it is about nor the line around it. */

export interface TooltipRoom {
  /** The size of the tooltip and of the chart, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly chartWidth: number;
  readonly chartHeight: number;
  /** Of the point. */
  readonly x: number;
  /** From the top: the least and the greatest height that anything is drawn at between two places. */
  readonly drawnBetween: (fromX: number, toX: number) => readonly [top: number, bottom: number];
}

const MARGIN = 8;

/** Below the line if there is room, else above, else beside the point. */
export function placeTooltip(room: TooltipRoom): { readonly left: number; readonly top: number } {
  const { width, height, chartWidth, chartHeight, x } = room;
  const centred = Math.max(0, Math.min(chartWidth - width, x - width / 2));
  const [top, bottom] = room.drawnBetween(centred, centred + width);
  if (bottom + MARGIN + height <= chartHeight) return { left: centred, top: bottom + MARGIN };
  if (top - MARGIN - height >= 0) return { left: centred, top: top - MARGIN - height };
  const isRight = x + 2 * MARGIN + width <= chartWidth;
  return { left: isRight ? x + 2 * MARGIN : Math.max(0, x - 2 * MARGIN - width), top: MARGIN };
}
