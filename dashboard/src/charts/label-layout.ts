/** Where labels stand that would else lie on each other. */

/**
 * Moves positions apart so that neighbours are at least `gap` from each other, and all between `from` and `to` while there is
 * room. Each stays as near to its own place as the others let it, and in its order.
 */
export function spreadLabels(places: readonly number[], gap: number, from: number, to: number): readonly number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  // Clusters of labels that touch, each around the mean of the places that it wants.
  const clusters: { members: number[]; middle: number }[] = [];
  for (const { place, index } of order) {
    let cluster = { members: [index], middle: clamp(place, from, to) };
    for (
      let before = clusters.at(-1);
      before !== undefined && touches(before, cluster, gap);
      before = clusters.at(-1)
    ) {
      clusters.pop();
      const count = before.members.length + cluster.members.length;
      const middle = (before.middle * before.members.length + cluster.middle * cluster.members.length) / count;
      const half = ((count - 1) * gap) / 2;
      const members = [...before.members, ...cluster.members];
      cluster = { members, middle: to - from < 2 * half ? (from + to) / 2 : clamp(middle, from + half, to - half) };
    }
    clusters.push(cluster);
  }
  const spread = [...places];
  for (const { members, middle } of clusters) {
    members.forEach((index, i) => {
      spread[index] = middle + (i - (members.length - 1) / 2) * gap;
    });
  }
  return spread;
}

function touches(
  a: { readonly members: readonly number[]; readonly middle: number },
  b: { readonly members: readonly number[]; readonly middle: number },
  gap: number,
): boolean {
  return b.middle - a.middle < ((a.members.length + b.members.length) / 2) * gap - 1e-9;
}

function clamp(value: number, least: number, greatest: number): number {
  return Math.min(greatest, Math.max(least, value));
}
