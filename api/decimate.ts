/**
 * Which of many points to draw: of each step of time the least and the greatest, the first and the last of all, and those
 * that must not be lost. So no peak vanishes, and at most about `most` points are left.
 *
 * @returns their places, rising.
 */
export function decimate(
  values: readonly (number | null)[],
  most: number,
  mustStay: (index: number) => boolean,
): readonly number[] {
  if (values.length <= most) return values.map((_, index) => index);
  const kept = new Set<number>([0, values.length - 1]);
  const steps = Math.max(1, Math.floor((most - 2) / 2));
  for (let step = 0; step < steps; step++) {
    const from = Math.floor((step * values.length) / steps);
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
  let extra = most;
  for (let i = values.length - 1; i >= 0 && extra > 0; i--) {
    if (kept.has(i) || !mustStay(i)) continue;
    kept.add(i);
    extra--;
  }
  return [...kept].sort((a, b) => a - b);
}
