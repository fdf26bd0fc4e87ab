import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Column } from '../columns/event-columns.ts';
import { BugError } from '../ir/bug-error.ts';
import type { Value } from '../ir/node.ts';
import type { AggregateOperator } from './operator.ts';

/** Events of a stretch and the groups that they are in. */
export interface GroupedRows {
  /** By event: the number of its group, or −1 where it is in none. */
  readonly groups: Int32Array;
  readonly from: number;
  readonly to: number;
  readonly timesMs: Float64Array;
  /** How many groups there are by now. */
  readonly groupCount: number;
}

/** The states of many groups, of one aggregate. What it writes is what its operator does of the same values. */
export interface StateColumn {
  /** Adds each event's value that is not null; `values` is null where events count as such. Of `taken` only those with 1. */
  add(rows: GroupedRows, values: Column | null, taken: Uint8Array | null): void;
  /** Writes a group's state as the operator's `encode` does. */
  write(group: number, out: ByteWriter): void;
}

/** The states of many groups, of one aggregate, merged from what was written. */
export interface MergedColumn {
  /** Reads a state of each of some groups, as the operator's `decode` does, and merges it in. `groupCount`: how many groups there are by now. */
  merge(groups: Int32Array, groupCount: number, input: ByteReader): void;
  /** A group's state as the operator has it, to be looked at. */
  stateOf(group: number): unknown;
}

/** Merged states in places that come and go: what leaves a place takes no room any more. */
export interface SlotColumn extends MergedColumn {
  /** Writes a group's state as the operator's `encode` does. */
  write(group: number, out: ByteWriter): void;
  /** Merges what one group has into another; the first has a new state then. */
  move(from: number, into: number): void;
  /** Gives a group a new state. What `stateOf` has handed out stays as it is. */
  clear(group: number): void;
}

/** How an operator keeps the states of many groups. */
export interface StateColumns {
  /** What of a value it looks at: where that is `presence`, whether there is one. */
  readonly looksAt: 'presence' | 'hash' | 'value';
  create(): StateColumn;
  /** Missing where merged states are objects. */
  createMerged?(): MergedColumn;
  /** Missing where states that come and go are objects. */
  createSlots?(): SlotColumn;
}

export function mergedStatesOf(operator: AggregateOperator): MergedColumn {
  return operator.columns?.createMerged?.() ?? new ObjectStates(operator);
}

export function slotsOf(operator: AggregateOperator): SlotColumn {
  return operator.columns?.createSlots?.() ?? new ObjectStates(operator);
}

export function statesOf(operator: AggregateOperator): StateColumn {
  return operator.columns?.create() ?? new ObjectStates(operator);
}

/** States of an operator, one object a group. */
export class ObjectStates implements StateColumn, SlotColumn {
  readonly #operator: AggregateOperator;
  readonly #states: unknown[] = [];

  constructor(operator: AggregateOperator) {
    this.#operator = operator;
  }

  add({ groups, from, to, timesMs }: GroupedRows, values: Column | null, taken: Uint8Array | null): void {
    const operator = this.#operator;
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      if (group < 0 || (taken !== null && taken[i] !== 1)) continue;
      const value = values === null ? true : valueAt(values, i);
      if (value !== null) operator.add(this.#state(group), value, timesMs[i] as number);
    }
  }

  write(group: number, out: ByteWriter): void {
    this.#operator.encode(this.#state(group), out);
  }

  merge(groups: Int32Array, groupCount: number, input: ByteReader): void {
    const states = this.#states;
    while (states.length < groupCount) states.push(undefined);
    for (const group of groups) {
      const read = this.#operator.decode(input);
      const known = states[group];
      if (known === undefined) states[group] = read;
      else this.#operator.merge(known, read);
    }
  }

  stateOf(group: number): unknown {
    return this.#state(group);
  }

  move(from: number, into: number): void {
    const states = this.#states;
    const [moved, known] = [states[from], states[into]];
    if (moved === undefined) return;
    if (known === undefined) states[into] = moved;
    else this.#operator.merge(known, moved);
    states[from] = undefined;
  }

  clear(group: number): void {
    if (group < this.#states.length) this.#states[group] = undefined;
  }

  #state(group: number): unknown {
    let state = this.#states[group];
    if (state === undefined) {
      state = this.#operator.create();
      while (this.#states.length < group) this.#states.push(undefined);
      this.#states[group] = state;
    }
    return state;
  }
}

/** The value that the plain path has of an event. */
export function valueAt(column: Column, row: number): Value {
  switch (column.kind) {
    case 'number':
      return column.present !== null && column.present[row] === 0 ? null : (column.values[row] as number);
    case 'text': {
      const code = column.codes[row] as number;
      return code < 0 ? null : column.dictionary.text(code);
    }
    case 'boolean': {
      const truth = column.values[row];
      return truth === 2 ? null : truth === 1;
    }
    case 'hash':
      throw new BugError('A column of hashes was asked for a value.');
    case 'boxed':
      return column.values[row] ?? null;
  }
}

/** Where a column of numbers has values; null where it has one everywhere. */
export function presentIn(column: Column): Uint8Array | null {
  return column.kind === 'number' || column.kind === 'hash' ? column.present : null;
}
