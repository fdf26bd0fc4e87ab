/** Halves of pixels of a wide chart. */
const PLACES = 3000;

/** Changes when one of the lines must be drawn elsewhere, or says another word. `spanMs` is how much the chart shows. */
export function timesKey(nowMs: number, watermarkMs: number | null, words: string, spanMs: number): string {
  const place = (ms: number) => Math.floor((ms * PLACES) / Math.max(1, spanMs));
  return `${place(nowMs)} ${watermarkMs === null ? '' : place(watermarkMs)} ${words}`;
}
