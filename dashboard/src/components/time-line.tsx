import { useRef } from 'preact/hooks';

/** Of the windows of a lane, in pixels of its drawing. */
export const LANE_TOP = 16;
export const LANE_HEIGHT = 52;

/** A moment over a lane of windows, with its words: the watermark, or now. */
export function TimeLine({
  x,
  words,
  color,
  anchor,
  textX,
  dotted = false,
}: {
  readonly x: number;
  readonly words: string;
  readonly color: string;
  readonly anchor: 'start' | 'end';
  /** Where the words begin or end, from the line on. */
  readonly textX: number;
  readonly dotted?: boolean;
}) {
  const steps = useGlide(x);
  return (
    <g class={steps === 0 ? undefined : 'glide'} style={{ transform: `translateX(${x}px)`, '--steps': steps }}>
      <path
        d={`M0 ${LANE_TOP - 2}V${LANE_TOP + LANE_HEIGHT + 2}`}
        stroke={color}
        stroke-width="1.6"
        stroke-dasharray={dotted ? '1.5 2' : undefined}
      />
      <text x={textX} y={LANE_TOP - 5} text-anchor={anchor} style={{ fill: color }}>
        {words}
      </text>
    </g>
  );
}

/** A step for each pixel, and a dozen at most: more of them hardly anybody sees, and each is a frame. */
const [LEAST_STEPS, MOST_STEPS] = [2, 12];

/** In how many steps something glides to where it is now; 0 where it is so near that it just goes there. */
function useGlide(x: number): number {
  const at = useRef({ x, steps: 0 });
  if (at.current.x !== x) {
    const pixels = Math.round(Math.abs(x - at.current.x));
    at.current = { x, steps: pixels < LEAST_STEPS ? 0 : Math.min(MOST_STEPS, pixels) };
  }
  return at.current.steps;
}
