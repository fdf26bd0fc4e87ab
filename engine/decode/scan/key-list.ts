/** The names of an object's fields in the order of a layout, as they are written: with quotes and colon. */
export class KeyList {
  readonly #bytes: Uint8Array;
  readonly #names: readonly Uint8Array[];
  /** By number: up to which one an event that lacks it may go on. */
  readonly #reach: readonly number[];

  constructor(bytes: Uint8Array, names: readonly Uint8Array[], required: readonly boolean[]) {
    this.#bytes = bytes;
    this.#names = names;
    this.#reach = required.map((_, from) => {
      const next = required.indexOf(true, from);
      return next === -1 ? names.length - 1 : next;
    });
  }

  /** Which name stands at a place, behind number `from`; −1 where it is none, or one between is required and is not there. */
  after(at: number, from: number): number {
    const reach = this.#reach[from] as number;
    for (let number = from + 1; number <= reach; number++) if (this.#isAt(number, at)) return number;
    return -1;
  }

  #isAt(number: number, at: number): boolean {
    const name = this.#names[number] as Uint8Array;
    for (let i = 0; i < name.length; i++) if (this.#bytes[at + i] !== name[i]) return false;
    return true;
  }
}
