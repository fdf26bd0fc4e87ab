/** The last multiple of `stepMs`, plus the offset, that is at or before an instant. */
export function floorTo(stepMs: number, timeMs: number, offsetMs = 0): number {
  return Math.floor((timeMs - offsetMs) / stepMs) * stepMs + offsetMs;
}
