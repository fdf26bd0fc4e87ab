/** Colours follow a group's name as long as the page is open, not its rank: who overtakes another keeps its own. */
export class ColorSlots {
  readonly #slots = new Map<string, number>();
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  /** A slot for each of the names, no two alike while there are as many slots as names. */
  of(names: readonly string[]): readonly number[] {
    const shown = new Set(names);
    return names.map((name) => {
      const known = this.#slots.get(name);
      if (known !== undefined && !this.#isTaken(known, name, shown)) return known;
      const slot = this.#freeSlot(shown);
      this.#slots.set(name, slot);
      return slot;
    });
  }

  /** One that nobody ever had, else one of a name that is not shown. */
  #freeSlot(shown: ReadonlySet<string>): number {
    const owners = Array.from({ length: this.#count }, (_, slot) => [...this.#slots].filter(([, of]) => of === slot));
    const unused = owners.findIndex((names) => names.length === 0);
    if (unused !== -1) return unused;
    return Math.max(
      0,
      owners.findIndex((names) => names.every(([name]) => !shown.has(name))),
    );
  }

  #isTaken(slot: number, by: string, shown: ReadonlySet<string>): boolean {
    for (const [name, of] of this.#slots) {
      if (name === by) return false;
      if (of === slot && shown.has(name)) return true;
    }
    return false;
  }
}

/** Tokens in the order in which groups take them. */
export const SERIES_TOKENS = ['accent', 'series2', 'series3', 'series4', 'series5'] as const;

const slots = new Map<string, ColorSlots>();

/** The tokens of groups of a view. */
export function groupTokens(view: string, keys: readonly string[]): readonly string[] {
  let own = slots.get(view);
  if (own === undefined) {
    own = new ColorSlots(SERIES_TOKENS.length);
    slots.set(view, own);
  }
  return own.of(keys).map((slot) => SERIES_TOKENS[slot % SERIES_TOKENS.length] as string);
}
