import { isWall } from '../live/wall.ts';

export const DESK_PX = 11;
const WALL_PX = 18;

/** Of axes and labels: nothing on a wall is smaller than 18 px, nothing at a desk than 11. */
export function fontPx(): number {
  return isWall.value ? WALL_PX : DESK_PX;
}

export function chartFont(scale = 1): string {
  return `${fontPx() * scale}px Inter, system-ui, sans-serif`;
}
