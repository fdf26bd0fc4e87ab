/** Two fingers on a chart. One finger scrolls the page. */

/** What two fingers hold at their places before stays under them: spread they zoom, moved they pan. In the units of the range. */
export function pinchedRange(
  [from, to]: readonly [number, number],
  before: readonly [number, number],
  now: readonly [number, number],
  leastSpan: number,
): readonly [number, number] {
  const [left, right] = order(before);
  const [nowLeft, nowRight] = order(now);
  // Both as shares of the chart's width; fingers on one spot would make the span endless.
  const spread = Math.max(LEAST_SPREAD, nowRight - nowLeft);
  const span = Math.max(leastSpan, ((to - from) * Math.max(LEAST_SPREAD, right - left)) / spread);
  const held = from + (to - from) * ((left + right) / 2);
  const start = held - span * ((nowLeft + nowRight) / 2);
  return [start, start + span];
}

const LEAST_SPREAD = 0.02;

function order([a, b]: readonly [number, number]): readonly [number, number] {
  return a <= b ? [a, b] : [b, a];
}

export interface PinchTarget {
  /** What is seen now. */
  range(): readonly [number, number];
  /** Where the chart draws, on the screen. */
  area(): { readonly left: number; readonly width: number };
  /** A window's length: closer nobody zooms. */
  leastSpan(): number;
  /** While the fingers move. */
  show(range: readonly [number, number]): void;
  /** Once they are gone. */
  choose(range: readonly [number, number]): void;
}

/** Listens for two fingers; the answer stops listening. */
export function listenForPinch(element: HTMLElement, target: PinchTarget): () => void {
  let begun: { readonly range: readonly [number, number]; readonly places: readonly [number, number] } | null = null;
  let shown: readonly [number, number] | null = null;
  const placesOf = ({ touches }: TouchEvent): readonly [number, number] | null => {
    const [a, b] = [touches[0], touches[1]];
    if (a === undefined || b === undefined || touches.length !== 2) return null;
    const { left, width } = target.area();
    return [(a.clientX - left) / width, (b.clientX - left) / width];
  };
  const start = (event: TouchEvent) => {
    const places = placesOf(event);
    if (places === null) return;
    event.preventDefault();
    begun = { range: target.range(), places };
  };
  const move = (event: TouchEvent) => {
    const places = placesOf(event);
    if (begun === null || places === null) return;
    event.preventDefault();
    shown = pinchedRange(begun.range, begun.places, places, target.leastSpan());
    target.show(shown);
  };
  const end = ({ touches }: TouchEvent) => {
    if (begun === null || touches.length >= 2) return;
    begun = null;
    if (shown !== null) target.choose(shown);
    shown = null;
  };
  // Not passive: the browser would zoom the page.
  element.addEventListener('touchstart', start, { passive: false });
  element.addEventListener('touchmove', move, { passive: false });
  element.addEventListener('touchend', end);
  element.addEventListener('touchcancel', end);
  return () => {
    element.removeEventListener('touchstart', start);
    element.removeEventListener('touchmove', move);
    element.removeEventListener('touchend', end);
    element.removeEventListener('touchcancel', end);
  };
}
