import { type GroupedRows, type StateColumn, statesOf } from '../aggregates/state-column.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { type Groups, groupKey } from '../codec/group.ts';
import { mergeStates } from '../codec/merge-groups.ts';
import type { PackedGroups } from '../codec/packed-groups.ts';
import { doubled, type Keys, mixed } from '../columns/keys.ts';
import { truthOf } from '../expression/vector.ts';
import type { Value } from '../ir/node.ts';
import { LogStates } from '../joins/log-states.ts';
import type { AggregateInput, BundledView, BundlePlan } from '../plan/column-plan.ts';

/**
 * The groups of one bundle in one commit, in the order in which they came, by pane and key: open addressing over whole numbers.
 * Their states are columns, one for all views that have an aggregate of the same. All keys are of one `Keys`; where those begin anew so do the groups, and what
 * is of one group is merged when the commit is built.
 */
export class BundleGroups {
  readonly keys: Keys;
  readonly #bundle: BundlePlan;
  /** Of each view's operators. */
  readonly #states: readonly (readonly SharedStates[])[];
  /** All of them, each once. */
  readonly #distinct: readonly SharedStates[];
  #size = 0;
  #panes = new Int32Array(64);
  #keyOf = new Int32Array(64);
  /** Groups plus one; 0 is free. */
  #table = new Int32Array(128);
  /** By key plus one: the group that was found last, plus one. Most events of a key lie in the pane of the one before. */
  #lastOf = new Int32Array(128);

  constructor(bundle: BundlePlan, keys: Keys) {
    this.#bundle = bundle;
    this.keys = keys;
    const distinct = new Map<string, SharedStates>();
    this.#states = bundle.views.map(({ index: view, operators, inputs, log }) => {
      if (log !== null) {
        const states = { column: new LogStates(log), input: null };
        distinct.set(`log ${view}`, states);
        return [states];
      }
      return operators.map((operator, index) => {
        const input = inputs[index] ?? null;
        const name = input?.name ?? `time ${index - inputs.length}`;
        const known = distinct.get(name);
        if (known !== undefined) return known;
        const states = { column: statesOf(operator), input };
        distinct.set(name, states);
        return states;
      });
    });
    this.#distinct = [...distinct.values()];
  }

  get size(): number {
    return this.#size;
  }

  /** The number of a group, which is a new one if the group is. */
  groupOf(pane: number, key: number): number {
    // Keys count up from 0, and −1 is null.
    const last = (this.#lastOf[key + 1] ?? 0) - 1;
    return last >= 0 && this.#panes[last] === pane ? last : this.#find(pane, key);
  }

  #find(pane: number, key: number): number {
    const group = this.#search(pane, key);
    if (key >= MOST_KEYS) return group;
    if (key + 1 >= this.#lastOf.length) {
      const larger = new Int32Array((key + 2) * 2);
      larger.set(this.#lastOf);
      this.#lastOf = larger;
    }
    this.#lastOf[key + 1] = group + 1;
    return group;
  }

  #search(pane: number, key: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = mixed(pane, key) & mask;
    for (;;) {
      const group = (table[slot] as number) - 1;
      if (group < 0) return this.#add(pane, key, slot);
      if (this.#keyOf[group] === key && this.#panes[group] === pane) return group;
      slot = (slot + 1) & mask;
    }
  }

  paneOf(group: number): number {
    return this.#panes[group] as number;
  }

  /** Adds what the views' aggregates take of events whose groups are known. */
  add(rows: GroupedRows, times: GroupedTimes): void {
    for (const { column, input } of this.#distinct) {
      const taken = input === null || input.condition === null ? null : truthOf(input.condition);
      column.add(rows, input === null ? times : (input.argument?.column() ?? null), taken);
    }
  }

  values(key: number): readonly Value[] {
    return Array.from({ length: this.#bundle.groupFields }, (_, field) => this.keys.value(key, field));
  }

  valuesOf(group: number): readonly Value[] {
    return this.values(this.#keyOf[group] as number);
  }

  /** Some groups as segments take them, of each view: what is the same for several views is written once, and then copied. */
  packed(groups: readonly number[]): readonly PackedGroups[] {
    const written = new Map<SharedStates | number, Uint8Array>();
    return this.#bundle.views.map((_, view) => this.#packedOf(view, groups, written));
  }

  #packedOf(view: number, groups: readonly number[], written: Map<SharedStates | number, Uint8Array>): PackedGroups {
    const { operators } = this.#bundle.views[view] as BundledView;
    const states = this.#states[view] as readonly SharedStates[];
    const once = (what: SharedStates | number, out: ByteWriter, write: (out: ByteWriter) => void) => {
      const bytes = written.get(what) ?? bytesOf(write);
      written.set(what, bytes);
      out.raw(bytes);
    };
    const writeValues = (field: number, out: ByteWriter) => {
      for (const group of groups) this.keys.write(this.#keyOf[group] as number, field, out);
    };
    const writeStates = ({ column }: SharedStates, out: ByteWriter) => {
      for (const group of groups) column.write(group, out);
    };
    const isAlone = this.#bundle.views.length === 1;
    return {
      size: groups.length,
      writeValues(field, out) {
        if (isAlone) writeValues(field, out);
        else once(field, out, (into) => writeValues(field, into));
      },
      writeStates(index, out) {
        const shared = states[index] as SharedStates;
        if (isAlone) writeStates(shared, out);
        else once(shared, out, (into) => writeStates(shared, into));
      },
      addTo: (into: Groups) => {
        const columns = operators.map((operator, index) => {
          const shared = states[index] as SharedStates;
          const bytes = new ByteReader(bytesOf((out) => writeStates(shared, out)));
          return groups.map(() => operator.decode(bytes));
        });
        groups.forEach((group, place) => {
          const values = this.valuesOf(group);
          const own = columns.map((column) => column[place]);
          const key = groupKey(values);
          const known = into.get(key);
          if (known === undefined) into.set(key, { values, states: own });
          else mergeStates(known, { values, states: own }, operators);
        });
      },
    };
  }

  #add(pane: number, key: number, slot: number): number {
    const group = this.#size++;
    if (group === this.#panes.length) {
      this.#panes = doubled(this.#panes);
      this.#keyOf = doubled(this.#keyOf);
    }
    this.#panes[group] = pane;
    this.#keyOf[group] = key;
    this.#table[slot] = group + 1;
    if (this.#size * 2 > this.#table.length) this.#rehash();
    return group;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let group = 0; group < this.#size; group++) {
      let slot = mixed(this.#panes[group] as number, this.#keyOf[group] as number) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = group + 1;
    }
    this.#table = table;
  }
}

/** Keys whose last groups are remembered: a commit of few groups is not to fill memory for as many keys as there can be. */
const MOST_KEYS = 65_536;

/** The states of an aggregate, of all views that have it. */
interface SharedStates {
  readonly column: StateColumn;
  /** Null: it takes the events' times. */
  readonly input: AggregateInput | null;
}

function bytesOf(write: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter(256);
  write(out);
  return out.finish();
}

/** Event times as a column. */
export interface GroupedTimes {
  readonly kind: 'number';
  readonly values: Float64Array;
  readonly present: null;
}
