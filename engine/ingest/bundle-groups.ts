import { type GroupedRows, type StateColumn, statesOf } from '../aggregates/state-column.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { type Groups, groupKey } from '../codec/group.ts';
import { mergeStates } from '../codec/merge-groups.ts';
import type { PackedGroups } from '../codec/packed-groups.ts';
import { doubled, type Keys, mixed } from '../columns/keys.ts';
import { truthOf } from '../expression/vector.ts';
import type { Value } from '../ir/node.ts';
import type { BundledView, BundlePlan } from '../plan/column-plan.ts';

/**
 * The groups of one bundle in one commit, in the order in which they came, by pane and key: open addressing over whole numbers.
 * Their states are columns, of each view its own. All keys are of one `Keys`; where those begin anew so do the groups, and what
 * is of one group is merged when the commit is built.
 */
export class BundleGroups {
  readonly keys: Keys;
  readonly #bundle: BundlePlan;
  readonly #states: readonly (readonly StateColumn[])[];
  #size = 0;
  #panes = new Int32Array(64);
  #keyOf = new Int32Array(64);
  /** Groups plus one; 0 is free. */
  #table = new Int32Array(128);

  constructor(bundle: BundlePlan, keys: Keys) {
    this.#bundle = bundle;
    this.keys = keys;
    this.#states = bundle.views.map(({ operators }) => operators.map(statesOf));
  }

  get size(): number {
    return this.#size;
  }

  /** The number of a group, which is a new one if the group is. */
  groupOf(pane: number, key: number): number {
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
    this.#bundle.views.forEach(({ inputs, operators }, view) => {
      const states = this.#states[view] as readonly StateColumn[];
      inputs.forEach(({ argument, condition }, index) => {
        const taken = condition === null ? null : truthOf(condition);
        (states[index] as StateColumn).add(rows, argument?.column() ?? null, taken);
      });
      for (let index = inputs.length; index < operators.length; index++) {
        (states[index] as StateColumn).add(rows, times, null);
      }
    });
  }

  values(key: number): readonly Value[] {
    return Array.from({ length: this.#bundle.groupFields }, (_, field) => this.keys.value(key, field));
  }

  valuesOf(group: number): readonly Value[] {
    return this.values(this.#keyOf[group] as number);
  }

  /** Some groups of a view as a segment takes them. */
  packed(view: number, groups: readonly number[]): PackedGroups {
    const { operators } = this.#bundle.views[view] as BundledView;
    const states = this.#states[view] as readonly StateColumn[];
    return {
      size: groups.length,
      writeValues: (field, out) => {
        for (const group of groups) this.keys.write(this.#keyOf[group] as number, field, out);
      },
      writeStates: (index, out) => {
        const column = states[index] as StateColumn;
        for (const group of groups) column.write(group, out);
      },
      addTo: (into: Groups) => {
        for (const group of groups) {
          const values = this.valuesOf(group);
          const own = operators.map((operator, index) => {
            const out = new ByteWriter(64);
            (states[index] as StateColumn).write(group, out);
            return operator.decode(new ByteReader(out.finish()));
          });
          const key = groupKey(values);
          const known = into.get(key);
          if (known === undefined) into.set(key, { values, states: own });
          else mergeStates(known, { values, states: own }, operators);
        }
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

/** Event times as a column. */
export interface GroupedTimes {
  readonly kind: 'number';
  readonly values: Float64Array;
  readonly present: null;
}
