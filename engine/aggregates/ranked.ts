import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';
import { compareValues } from './compare-values.ts';

/** Values of one event, in the order of their weight: the first that differ decide which of two events comes first. */
export type Ranks = readonly NonNullable<Value>[];

/** The first so many of a group's events, in an order. */
export interface RankedState {
  readonly first: Ranks[];
}

/** Keeps the first `limit` events, the greatest first where `isDescending`. Which they are depends on nothing but the events. */
export class Ranking {
  readonly #limit: number;
  readonly #width: number;
  readonly #sign: number;

  constructor(limit: number, width: number, isDescending: boolean) {
    this.#limit = limit;
    this.#width = width;
    this.#sign = isDescending ? -1 : 1;
  }

  create(): RankedState {
    return { first: [] };
  }

  add({ first }: RankedState, ranks: Ranks): void {
    let at = first.length;
    while (at > 0 && this.#order(ranks, first[at - 1] as Ranks) < 0) at--;
    if (at >= this.#limit) return;
    first.splice(at, 0, ranks);
    if (first.length > this.#limit) first.pop();
  }

  merge(into: RankedState, from: RankedState): void {
    for (const ranks of from.first) this.add(into, ranks);
  }

  /** A varint of their number, and the values of each. */
  encode({ first }: RankedState, out: ByteWriter): void {
    out.varint(first.length);
    for (const ranks of first) for (const value of ranks) writeValue(out, value);
  }

  decode(input: ByteReader): RankedState {
    const count = input.varint();
    if (count > this.#limit) {
      throw new CodecError(`A stored list announces ${count} values, and has at most ${this.#limit}.`);
    }
    const state = this.create();
    for (let i = 0; i < count; i++) {
      const ranks = Array.from({ length: this.#width }, () => presentOf(readValue(input)));
      const last = state.first.at(-1);
      if (last !== undefined && this.#order(last, ranks) > 0) {
        throw new CodecError('A stored list is not in its order.');
      }
      state.first.push(ranks);
    }
    return state;
  }

  #order(a: Ranks, b: Ranks): number {
    for (let i = 0; i < this.#width; i++) {
      const order = compareValues(a[i] as NonNullable<Value>, b[i] as NonNullable<Value>);
      if (order !== 0) return order * this.#sign;
    }
    return 0;
  }
}

function presentOf(value: Value): NonNullable<Value> {
  if (value === null) throw new CodecError('A stored list holds a null, which none of its values is.');
  return value;
}
