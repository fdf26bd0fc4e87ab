/** A table of measurements: by rows and columns, both rising. */
export interface MeasuredTable {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly values: readonly (readonly number[])[];
}

/**
 * Between what was measured, on a straight line over the logarithms of the axis and the values. Beyond its end the line
 * goes on; before its beginning it is as there.
 */
export function along(axis: readonly number[], values: readonly number[], at: number): number {
  const [index, share] = placeOf(axis, at);
  const [from, to] = [values[index] as number, values[index + 1] as number];
  // A line over logarithms has no zero: where one end is, nothing or little was measured.
  if (from === 0 || to === 0) return from * (1 - share) + to * share;
  return Math.exp(Math.log(from) * (1 - share) + Math.log(to) * share);
}

/** The same over both axes of a table. */
export function interpolate({ rows, columns, values }: MeasuredTable, row: number, column: number): number {
  return along(
    rows,
    values.map((each) => along(columns, each, column)),
    row,
  );
}

/** The step of the axis on which a value lies, and how far along it. */
function placeOf(axis: readonly number[], value: number): [index: number, share: number] {
  const last = axis.length - 2;
  const below = axis.findLastIndex((each) => each <= value);
  const index = Math.min(Math.max(below, 0), last);
  const [from, to] = [axis[index] as number, axis[index + 1] as number];
  const share = Math.log(Math.max(value, from) / from) / Math.log(to / from);
  return [index, share];
}
