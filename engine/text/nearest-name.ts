/** The name that somebody who wrote another one most likely meant; null where none is near. */
export function nearestName(name: string, names: readonly string[]): string | null {
  const [nearest] = names
    .map((candidate) => ({ candidate, edits: distance(candidate, name) }))
    .sort((a, b) => a.edits - b.edits);
  return nearest !== undefined && nearest.edits <= Math.max(1, Math.floor(name.length / 3)) ? nearest.candidate : null;
}

/** ` Did you mean 'views'?`, or nothing: a part of a sentence about a name that is not there. */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  return near === null ? '' : ` Did you mean '${near}'?`;
}

/** Edit distance, for short names: letters added, left out, replaced, or swapped with the next one. */
function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : substitute;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitute, swap));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
