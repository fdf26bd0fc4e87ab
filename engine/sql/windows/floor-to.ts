/**
 * The last multiple of a step, counted from the offset, that is not after a time. SQL's remainder has the sign of the
 * dividend, so before 1970 one step is added: a floor, not a cut.
 */
export function floorTo(time: string, stepMs: number, offsetMs: number): string {
  const sinceOffset = offsetMs === 0 ? time : `(${time} - ${offsetMs})`;
  return `${time} - (${sinceOffset} % ${stepMs} + ${stepMs}) % ${stepMs}`;
}
