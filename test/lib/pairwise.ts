/** Choices by name: each name has several values, the first of which is the usual one. */
export type Choices = Readonly<Record<string, readonly unknown[]>>;

/** One value for each name, by its place in the list. */
type Row = ReadonlyMap<string, number>;

/**
 * Rows in which each two values of different names come together at least once. Most mistakes of a template are of two
 * settings, and there are far too many combinations of all.
 *
 * Greedy: each row begins with a pair that is missing, and takes for each other name the value that adds most pairs.
 */
export function pairwise(choices: Choices): Record<string, unknown>[] {
  const names = Object.keys(choices);
  const missing = allPairs(names, choices);
  const rows: Row[] = [usualRow(names)];
  cover(missing, rows[0] as Row);
  while (missing.size > 0) {
    const row = nextRow(names, choices, missing);
    cover(missing, row);
    rows.push(row);
  }
  return rows.map((row) => Object.fromEntries([...row].map(([name, at]) => [name, choices[name]?.[at]])));
}

/** The usual value of everything. */
function usualRow(names: readonly string[]): Row {
  return new Map(names.map((name) => [name, 0]));
}

type Pair = readonly [string, number, string, number];

function keyOf([a, at, b, bt]: Pair): string {
  return a < b ? `${a}=${at}&${b}=${bt}` : `${b}=${bt}&${a}=${at}`;
}

function allPairs(names: readonly string[], choices: Choices): Map<string, Pair> {
  const pairs = names.flatMap((a, index) =>
    names
      .slice(index + 1)
      .flatMap((b) => (choices[a] ?? []).flatMap((_, at) => (choices[b] ?? []).map((__, bt): Pair => [a, at, b, bt]))),
  );
  return new Map(pairs.map((pair) => [keyOf(pair), pair]));
}

function nextRow(names: readonly string[], choices: Choices, missing: ReadonlyMap<string, Pair>): Row {
  const [[a, at, b, bt]] = [...missing.values()] as [Pair];
  const row = new Map([
    [a, at],
    [b, bt],
  ]);
  for (const name of names) {
    if (row.has(name)) continue;
    const gains = (choices[name] ?? []).map(
      (_, value) => [...row].filter(([other, ot]) => missing.has(keyOf([name, value, other, ot]))).length,
    );
    row.set(name, gains.indexOf(Math.max(...gains)));
  }
  return new Map(names.map((name) => [name, row.get(name) ?? 0]));
}

function cover(missing: Map<string, Pair>, row: Row): void {
  const set = [...row];
  for (const [index, [a, at]] of set.entries()) {
    for (const [b, bt] of set.slice(index + 1)) missing.delete(keyOf([a, at, b, bt]));
  }
}
