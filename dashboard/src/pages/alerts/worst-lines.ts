interface Steps {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** A value for each window of a stretch, null where a window has no row. What lies after the last row has not come yet: it is left out. */
export function valuesByStep(
  starts: readonly number[],
  values: readonly (number | null)[],
  { fromMs, toMs, stepMs }: Steps,
): readonly (number | null)[] {
  const known = new Map(starts.map((start, i) => [start, values[i] ?? null]));
  const last = starts.at(-1) ?? fromMs - stepMs;
  const line: (number | null)[] = [];
  for (let start = fromMs; start < toMs && start <= last; start += stepMs) line.push(known.get(start) ?? null);
  return line;
}
