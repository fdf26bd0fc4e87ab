/** Where rows lie, by a hash of their keys: 8 bytes a place, in a table of which at most two thirds are taken. */
export class RowPlaces {
  #size = 0;
  #mask: number;
  #hashes: Int32Array;
  /** 0 where there is none. */
  #places: Uint32Array;

  constructor(capacity = 1024) {
    this.#mask = capacity - 1;
    this.#hashes = new Int32Array(capacity);
    this.#places = new Uint32Array(capacity);
  }

  /** The places under a hash: one as a rule, for few rows share a hash. */
  find(hash: number): readonly number[] {
    let found: number[] | null = null;
    for (let at = hash & this.#mask; this.#places[at] !== 0; at = (at + 1) & this.#mask) {
      if (this.#hashes[at] !== hash) continue;
      found ??= [];
      found.push(this.#places[at] as number);
    }
    return found ?? NONE;
  }

  add(hash: number, place: number): void {
    if (this.#size * 3 >= this.#places.length * 2) this.#grow();
    this.#size++;
    this.#insert(hash, place);
  }

  /** Moves a row to another place. Rows of one run share theirs, so the hash says which row. */
  replace(hash: number, place: number, by: number): void {
    for (let at = hash & this.#mask; this.#places[at] !== 0; at = (at + 1) & this.#mask) {
      if (this.#places[at] !== place || this.#hashes[at] !== hash) continue;
      this.#places[at] = by;
      return;
    }
  }

  #insert(hash: number, place: number): void {
    let at = hash & this.#mask;
    while (this.#places[at] !== 0) at = (at + 1) & this.#mask;
    this.#hashes[at] = hash;
    this.#places[at] = place;
  }

  #grow(): void {
    const [hashes, places] = [this.#hashes, this.#places];
    const capacity = places.length * 2;
    this.#mask = capacity - 1;
    this.#hashes = new Int32Array(capacity);
    this.#places = new Uint32Array(capacity);
    for (let at = 0; at < places.length; at++) {
      if (places[at] !== 0) this.#insert(hashes[at] as number, places[at] as number);
    }
  }
}

const NONE: readonly number[] = [];
