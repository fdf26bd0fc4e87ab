/** What one run of a tree measured, by figure. */
export type Measured = Readonly<Record<string, number>>;

/** One turn: the two trees, one after the other. */
export interface Turn {
  readonly base: Measured;
  readonly here: Measured;
}

/** The middle, the least and the greatest of the turns. */
export interface Spread {
  readonly middle: number;
  readonly least: number;
  readonly greatest: number;
}

/** How many times what the base needs this tree needs, turn by turn: what slows both down in a turn is not in it. */
export function ratioOf(turns: readonly Turn[], figure: string): Spread {
  return spreadOf(turns.map(({ base, here }) => valueIn(here, figure) / valueIn(base, figure)));
}

/** How many yardsticks a figure of this tree takes, run by run. */
export function inYardsticks(turns: readonly Turn[], figure: string, yardstick: string): Spread {
  return spreadOf(turns.map(({ here }) => valueIn(here, figure) / valueIn(here, yardstick)));
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const half = Math.floor(sorted.length / 2);
  const middle = sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
  return { middle, least: at(0), greatest: at(sorted.length - 1) };
}

export function formatSpread({ middle, least, greatest }: Spread): string {
  return `${middle.toFixed(2)} (${least.toFixed(2)} to ${greatest.toFixed(2)})`;
}

function valueIn(measured: Measured, figure: string): number {
  return measured[figure] ?? Number.NaN;
}
