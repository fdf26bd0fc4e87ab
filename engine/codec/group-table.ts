import type { AggregateOperator } from '../aggregates/operator.ts';
import { type MergedColumn, mergedStatesOf } from '../aggregates/state-column.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { HashKey } from '../hash/hash-key.ts';
import type { Value } from '../ir/node.ts';
import type { Group } from './group.ts';
import { KeyTable } from './key-table.ts';

/**
 * The groups of one window, merged from segments: their keys are in a `KeyTable`, and their states are columns. A million groups
 * take a tenth of what as many objects do, and nothing of them is walked through by the garbage collector.
 */
export class GroupTable {
  readonly #keys: KeyTable;
  readonly #columns: readonly MergedColumn[];

  constructor(fields: number, operators: readonly AggregateOperator[], hashKey: HashKey) {
    this.#keys = new KeyTable(fields, hashKey);
    this.#columns = operators.map(mergedStatesOf);
  }

  get size(): number {
    return this.#keys.size;
  }

  /**
   * Merges the groups of a segment, `count` of them, which lie in its body from where `input` stands. Where it throws a `CodecError`,
   * the table is good for nothing any more.
   */
  merge(body: Uint8Array, input: ByteReader, count: number): void {
    const groups = this.#keys.numbersOf(body, input, count);
    for (const column of this.#columns) column.merge(groups, this.#keys.size, input);
    input.end();
  }

  /** The number of a group; −1 where it is not here. */
  find(values: readonly Value[]): number {
    return this.#keys.find(values);
  }

  valuesOf(group: number): Value[] {
    return this.#keys.valuesOf(group);
  }

  /** Stands at the stored values of a group; at another one's after the next call. */
  readerOf(group: number): ByteReader {
    return this.#keys.readerOf(group);
  }

  /** A group's state of an aggregate as the operator has it, to be looked at. */
  stateOf(group: number, aggregate: number): unknown {
    return (this.#columns[aggregate] as MergedColumn).stateOf(group);
  }

  /** The groups in the order of rows. */
  inOrder(): Uint32Array {
    return this.#keys.inOrder();
  }

  /** A group as an object, to be looked at: what is merged later may change its states or not. */
  group(group: number): Group {
    return { values: this.valuesOf(group), states: this.#columns.map((column) => column.stateOf(group)) };
  }
}
