import type { BooleanColumn, BoxedColumn, NumberColumn, TextColumn, TextDictionary } from '../columns/event-columns.ts';
import { BOOLEAN_KEYS, type Keys, NO_FIELDS, PairKeys, TextKeys, ValueKeys } from '../columns/keys.ts';
import type { Stretch, Vector } from './vector.ts';

/** The group of each event of a stretch, as a key: computed once for all views that group by the same. */
export interface Grouping {
  keysOf(): GroupKeys;
}

export interface GroupKeys {
  /** By event. */
  readonly of: Int32Array;
  /** Another object where keys begin anew. */
  readonly keys: Keys;
}

/** Keys that a grouping holds at most before it begins anew, at the next stretch. */
const MAX_KEYS = 262_144;

export function groupingBy(vectors: readonly Vector[], stretch: Stretch): Grouping {
  const [first, ...others] = vectors;
  if (first === undefined) return new NoGrouping(stretch);
  return others.reduce<Grouping>(
    (left, vector, index) => new PairGrouping(left, index + 1, groupingByOne(vector, stretch), stretch),
    groupingByOne(first, stretch),
  );
}

function groupingByOne(vector: Vector, stretch: Stretch): Grouping {
  return vector.kind === 'text' ? new TextGrouping(vector) : new ValueGrouping(vector, stretch);
}

class NoGrouping implements Grouping {
  readonly #stretch: Stretch;
  #keys: GroupKeys = { of: new Int32Array(0), keys: NO_FIELDS };

  constructor(stretch: Stretch) {
    this.#stretch = stretch;
  }

  keysOf(): GroupKeys {
    const { length } = this.#stretch.events;
    if (this.#keys.of.length < length) this.#keys = { of: new Int32Array(length * 2), keys: NO_FIELDS };
    return this.#keys;
  }
}

class TextGrouping implements Grouping {
  readonly #vector: Vector;
  readonly #keys = new WeakMap<TextDictionary, Keys>();

  constructor(vector: Vector) {
    this.#vector = vector;
  }

  keysOf(): GroupKeys {
    const { codes, dictionary } = this.#vector.column() as TextColumn;
    let keys = this.#keys.get(dictionary);
    if (keys === undefined) {
      keys = new TextKeys(dictionary);
      this.#keys.set(dictionary, keys);
    }
    return { of: codes, keys };
  }
}

class ValueGrouping implements Grouping {
  readonly #vector: Vector;
  readonly #stretch: Stretch;
  #turn = -1;
  #of = new Int32Array(0);
  #keys: Keys = BOOLEAN_KEYS;

  constructor(vector: Vector, stretch: Stretch) {
    this.#vector = vector;
    this.#stretch = stretch;
  }

  keysOf(): GroupKeys {
    if (this.#turn !== this.#stretch.turn) this.#compute(this.#stretch.events.length);
    this.#turn = this.#stretch.turn;
    return { of: this.#of, keys: this.#keys };
  }

  #compute(length: number): void {
    const column = this.#vector.column() as NumberColumn | BooleanColumn | BoxedColumn;
    if (this.#of.length < length) this.#of = new Int32Array(length * 2);
    if (column.kind === 'boolean') {
      for (let i = 0; i < length; i++) this.#of[i] = column.values[i] as number;
      return;
    }
    if (!(this.#keys instanceof ValueKeys) || this.#keys.size > MAX_KEYS) this.#keys = new ValueKeys();
    const keys = this.#keys as ValueKeys;
    const present = column.kind === 'number' ? column.present : null;
    for (let i = 0; i < length; i++) {
      const value = present !== null && present[i] === 0 ? null : (column.values[i] ?? null);
      this.#of[i] = keys.keyOf(value);
    }
  }
}

class PairGrouping implements Grouping {
  readonly #left: Grouping;
  readonly #leftFields: number;
  readonly #right: Grouping;
  readonly #stretch: Stretch;
  #turn = -1;
  #of = new Int32Array(0);
  #keys: PairKeys | null = null;

  constructor(left: Grouping, leftFields: number, right: Grouping, stretch: Stretch) {
    this.#left = left;
    this.#leftFields = leftFields;
    this.#right = right;
    this.#stretch = stretch;
  }

  keysOf(): GroupKeys {
    const keys = this.#turn === this.#stretch.turn ? (this.#keys as PairKeys) : this.#compute();
    this.#turn = this.#stretch.turn;
    return { of: this.#of, keys };
  }

  #compute(): PairKeys {
    const left = this.#left.keysOf();
    const right = this.#right.keysOf();
    let keys = this.#keys;
    if (keys === null || keys.left !== left.keys || keys.right !== right.keys || keys.size > MAX_KEYS) {
      keys = new PairKeys(left.keys, this.#leftFields, right.keys);
      this.#keys = keys;
    }
    const { length } = this.#stretch.events;
    if (this.#of.length < length) this.#of = new Int32Array(length * 2);
    const into = this.#of;
    for (let i = 0; i < length; i++) into[i] = keys.keyOf(left.of[i] as number, right.of[i] as number);
    return keys;
  }
}
