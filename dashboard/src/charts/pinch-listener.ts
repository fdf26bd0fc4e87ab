import { pinchedRange } from './pinch.ts';

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
