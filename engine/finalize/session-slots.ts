import { MergedExtremes } from '../aggregates/merged-extremes.ts';
import type { AggregateOperator } from '../aggregates/operator.ts';
import { type SlotColumn, slotsOf } from '../aggregates/state-column.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { doubled } from '../columns/keys.ts';
import { BugError } from '../ir/bug-error.ts';

/**
 * Sessions, and pieces of them, by number: the states of each are at its place in columns. Places that were let go are taken again, so
 * there are as many as sessions have been there at once.
 */
export class SessionSlots {
  readonly #columns: readonly SlotColumn[];
  readonly #firstTimes: MergedExtremes;
  readonly #lastTimes: MergedExtremes;
  /** The group of each. */
  #groups = new Int32Array(64);
  /** The next piece of the same group, plus one; 0 where there is none. */
  #next = new Int32Array(64);
  #isTouched = new Uint8Array(64);
  #size = 0;
  #free = new Int32Array(64);
  #freed = 0;

  /** `operators`: behind those of the aggregates the two of the times. */
  constructor(operators: readonly AggregateOperator[]) {
    this.#columns = operators.map(slotsOf);
    this.#firstTimes = timesIn(this.#columns.at(-2));
    this.#lastTimes = timesIn(this.#columns.at(-1));
  }

  /** A new one, without any event. */
  add(group: number): number {
    const slot = this.#freed > 0 ? (this.#free[--this.#freed] as number) : this.#size++;
    if (slot === this.#groups.length) this.#enlarge();
    this.#groups[slot] = group;
    return slot;
  }

  /** Reads states of several and merges them in, as a segment has them: column by column. */
  merge(slots: Int32Array, input: ByteReader): void {
    for (const column of this.#columns) column.merge(slots, this.#size, input);
    input.end();
  }

  /** Adds what a piece holds to a session, and lets the piece go. */
  join(piece: number, session: number): void {
    for (const column of this.#columns) column.move(piece, session);
    if (this.#isTouched[piece] === 1) this.#isTouched[session] = 1;
    this.#letGo(piece);
  }

  letGo(slot: number): void {
    for (const column of this.#columns) column.clear(slot);
    this.#letGo(slot);
  }

  groupOf(slot: number): number {
    return this.#groups[slot] as number;
  }

  /** The group has another number from here on. */
  renumber(slot: number, group: number): void {
    this.#groups[slot] = group;
  }

  /** The next piece of the same group; −1 where there is none. */
  nextOf(slot: number): number {
    return (this.#next[slot] as number) - 1;
  }

  link(slot: number, next: number): void {
    this.#next[slot] = next + 1;
  }

  /** Whether a late event may have come into it. */
  isTouched(slot: number): boolean {
    return this.#isTouched[slot] === 1;
  }

  touch(slot: number): void {
    this.#isTouched[slot] = 1;
  }

  firstMs(slot: number): number {
    return Number(this.#firstTimes.of(slot));
  }

  lastMs(slot: number): number {
    return Number(this.#lastTimes.of(slot));
  }

  /** One of the states as its operator has it, to be looked at. */
  stateOf(slot: number, index: number): unknown {
    return (this.#columns[index] as SlotColumn).stateOf(slot);
  }

  /** The states as objects, to be looked at. */
  statesOf(slot: number): unknown[] {
    const states: unknown[] = [];
    for (const column of this.#columns) states.push(column.stateOf(slot));
    return states;
  }

  /** Writes one of the states as its operator does. */
  write(slot: number, index: number, out: ByteWriter): void {
    (this.#columns[index] as SlotColumn).write(slot, out);
  }

  #letGo(slot: number): void {
    this.#next[slot] = 0;
    this.#isTouched[slot] = 0;
    if (this.#freed === this.#free.length) this.#free = doubled(this.#free);
    this.#free[this.#freed++] = slot;
  }

  #enlarge(): void {
    this.#groups = doubled(this.#groups);
    this.#next = doubled(this.#next);
    const isTouched = new Uint8Array(this.#groups.length);
    isTouched.set(this.#isTouched);
    this.#isTouched = isTouched;
  }
}

function timesIn(column: SlotColumn | undefined): MergedExtremes {
  if (column instanceof MergedExtremes) return column;
  throw new BugError('Sessions keep the times of their first and last events behind the aggregates.');
}
