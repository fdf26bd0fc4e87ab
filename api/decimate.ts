export interface Decimated {
  /** The places of the points to draw, rising. */
  readonly kept: readonly number[];
  /** Where the steps begin, of each of which the least and the greatest are kept; null where all points are. */
  readonly stepsFrom: readonly number[] | null;
}

/**
 * Which of many points to draw: of each step of time the least and the greatest, the first and the last of all, and those
 * that must not be lost, the latest of these if they are more than half of all. So no peak vanishes, and at most `most` are left.
 */
export function decimate(
  values: readonly (number | null)[],
  most: number,
  mustStay: (index: number) => boolean,
): Decimated {
  if (values.length <= most) return { kept: values.map((_, index) => index), stepsFrom: null };
  const kept = new Set<number>([0, values.length - 1]);
  const staying = [...values.keys()].filter(mustStay).slice(-Math.floor(most / 2));
  const steps = Math.max(1, Math.floor((most - 2 - staying.length) / 2));
  const stepsFrom: number[] = [];
  for (let step = 0; step < steps; step++) {
    const from = Math.floor((step * values.length) / steps);
    stepsFrom.push(from);
    const to = Math.floor(((step + 1) * values.length) / steps);
    let [least, greatest] = [-1, -1];
    for (let i = from; i < to; i++) {
      const value = values[i];
      if (value == null) continue;
      if (least === -1 || value < (values[least] as number)) least = i;
      if (greatest === -1 || value > (values[greatest] as number)) greatest = i;
    }
    if (least !== -1) kept.add(least).add(greatest);
  }
  for (const i of staying) kept.add(i);
  return { kept: [...kept].sort((a, b) => a - b), stepsFrom };
}
