/**
 * A set of 64-bit hashes, each as two unsigned halves: 16 to 32 bytes a hash, where a `Set` of texts takes over 100.
 */
export class IdSet {
  #size = 0;
  #highs: Uint32Array;
  #lows: Uint32Array;

  constructor(expected = 8) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, expected * 2)));
    this.#highs = new Uint32Array(capacity);
    this.#lows = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  has(high: number, low: number): boolean {
    return this.#slotOf(high, low || EMPTY_SUBSTITUTE) < 0;
  }

  /** True if it was not there. */
  add(high: number, low: number): boolean {
    const stored = low || EMPTY_SUBSTITUTE;
    const slot = this.#slotOf(high, stored);
    if (slot < 0) return false;
    this.#highs[slot] = high;
    this.#lows[slot] = stored;
    this.#size++;
    if (this.#size * 2 > this.#lows.length) this.#grow();
    return true;
  }

  forEach(visit: (high: number, low: number) => void): void {
    for (let slot = 0; slot < this.#lows.length; slot++) {
      const low = this.#lows[slot] as number;
      if (low !== 0) visit(this.#highs[slot] as number, low);
    }
  }

  /** The empty slot for a hash, or −1 if the hash is there. A low half of 0 marks an empty slot. */
  #slotOf(high: number, low: number): number {
    const mask = this.#lows.length - 1;
    let slot = low & mask;
    for (;;) {
      const found = this.#lows[slot];
      if (found === 0) return slot;
      if (found === low && this.#highs[slot] === high) return -1;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const larger = new IdSet(this.#size * 2);
    this.forEach((high, low) => {
      larger.add(high, low);
    });
    this.#highs = larger.#highs;
    this.#lows = larger.#lows;
  }
}

/** 0 and 1 are one: two hashes among 2^64. */
const EMPTY_SUBSTITUTE = 1;
