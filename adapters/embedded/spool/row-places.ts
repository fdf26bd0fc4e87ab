/** Where rows lie, by the hash of their keys: 12 bytes a place, in a table of which at most two thirds are taken. */
export class RowPlaces {
  #size = 0;
  #mask: number;
  #highs: Int32Array;
  #lows: Int32Array;
  /** 0 where there is none. */
  #places: Uint32Array;

  constructor(capacity = 1024) {
    this.#mask = capacity - 1;
    this.#highs = new Int32Array(capacity);
    this.#lows = new Int32Array(capacity);
    this.#places = new Uint32Array(capacity);
  }

  /** The places under a hash: one, or in the rarest of cases several. */
  *find(high: number, low: number): Generator<number> {
    for (let at = low & this.#mask; this.#places[at] !== 0; at = (at + 1) & this.#mask) {
      if (this.#highs[at] === high && this.#lows[at] === low) yield this.#places[at] as number;
    }
  }

  /** Whether there may be a row under a hash. */
  has(high: number, low: number): boolean {
    for (let at = low & this.#mask; this.#places[at] !== 0; at = (at + 1) & this.#mask) {
      if (this.#highs[at] === high && this.#lows[at] === low) return true;
    }
    return false;
  }

  add(high: number, low: number, place: number): void {
    if (this.#size * 3 >= this.#places.length * 2) this.#grow();
    this.#size++;
    this.#insert(high, low, place);
  }

  replace(high: number, low: number, place: number, by: number): void {
    for (let at = low & this.#mask; this.#places[at] !== 0; at = (at + 1) & this.#mask) {
      if (this.#highs[at] !== high || this.#lows[at] !== low || this.#places[at] !== place) continue;
      this.#places[at] = by;
      return;
    }
  }

  #insert(high: number, low: number, place: number): void {
    let at = low & this.#mask;
    while (this.#places[at] !== 0) at = (at + 1) & this.#mask;
    this.#highs[at] = high;
    this.#lows[at] = low;
    this.#places[at] = place;
  }

  #grow(): void {
    const [highs, lows, places] = [this.#highs, this.#lows, this.#places];
    const capacity = places.length * 2;
    this.#mask = capacity - 1;
    this.#highs = new Int32Array(capacity);
    this.#lows = new Int32Array(capacity);
    this.#places = new Uint32Array(capacity);
    for (let at = 0; at < places.length; at++) {
      if (places[at] !== 0) this.#insert(highs[at] as number, lows[at] as number, places[at] as number);
    }
  }
}
