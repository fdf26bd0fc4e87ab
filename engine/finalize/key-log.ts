import type { Group } from '../codec/group.ts';
import { compareLogRows, firstAt, LEFT, type LogRow } from '../joins/event-log.ts';
import type { SideOfPane } from '../joins/log-operator.ts';
import { hashOf } from './hash-order.ts';

/** What a finalizer has of one key of a log: what the operator remembers of the panes behind, and the rows that are read. */
export class KeyLog implements Group {
  /** Of its values: see `KeyTable`. */
  number: number;
  readonly values: Group['values'];
  /** The operator's state, or nothing. */
  readonly states: unknown[];
  readonly hasNull: boolean;
  lefts: SideRows | null = null;
  rights: SideRows | null = null;
  /** The pane whose rows were added last. */
  addedToMs = Number.NEGATIVE_INFINITY;
  /** Where it stands in the order of keys; −1 until that is known. */
  rank = -1;
  /** It has neither rows nor a state, and nobody finds it any more. */
  isGone = false;
  /** The pane that its state is due in; infinite for none. */
  duePaneMs = Number.POSITIVE_INFINITY;
  #hash = -1;

  constructor(number: number, values: Group['values'], states: unknown[]) {
    this.number = number;
    this.values = values;
    this.states = states;
    this.hasNull = values.includes(null);
  }

  get hash(): number {
    if (this.#hash < 0) this.#hash = hashOf(this);
    return this.#hash;
  }

  /** Adds a row to those of the pane that is being read. */
  push(row: LogRow): void {
    if (row.side === LEFT) {
      this.lefts ??= new SideRows();
      this.lefts.rows.push(row);
    } else {
      this.rights ??= new SideRows();
      this.rights.rows.push(row);
    }
  }

  /** Cuts the pane that is being read where a side of it has more rows than `from`: the first `max` are left. */
  cut(from: number, max: number): void {
    if (this.lefts !== null && this.lefts.added > from) this.lefts.cut(max);
    if (this.rights !== null && this.rights.added > from) this.rights.cut(max);
  }

  /** The pane has been read: so many of its rows are left. */
  close(max: number): number {
    return (this.lefts?.close(max) ?? 0) + (this.rights?.close(max) ?? 0);
  }

  /** How many rows are read and not behind. */
  get rows(): number {
    return (this.lefts?.size ?? 0) + (this.rights?.size ?? 0);
  }

  /** Whether there are rows before an instant. */
  hasRowsBefore(ms: number): boolean {
    return isBefore(this.lefts, ms) || isBefore(this.rights, ms);
  }

  /** Lets go of the rows that `SideRows.show` last showed as those of the pane. */
  pass(): void {
    if (this.lefts?.pass() === true) this.lefts = null;
    if (this.rights?.pass() === true) this.rights = null;
  }
}

function isBefore(side: SideRows | null, ms: number): boolean {
  const first = side?.rows[side.from];
  return first !== undefined && first.timeMs < ms;
}

/** The rows of one side of a key in the panes that are read, in order. */
export class SideRows implements SideOfPane {
  rows: LogRow[] = [];
  from = 0;
  to = 0;
  aheadTo = 0;
  /** Those before are in order; the others are of the pane that is being read. */
  #sorted = 0;

  /** Cuts the pane that is being read: of its rows the first `max` are left, in order. */
  cut(max: number): void {
    const { rows } = this;
    if (!isInOrder(rows, this.#sorted)) {
      const added = rows.slice(this.#sorted).sort(compareLogRows);
      for (let i = 0; i < added.length; i++) rows[this.#sorted + i] = added[i] as LogRow;
    }
    if (rows.length - this.#sorted > max) rows.length = this.#sorted + max;
  }

  /** Rows of the pane that is being read. */
  get added(): number {
    return this.rows.length - this.#sorted;
  }

  /** The pane has been read: so many of its rows are left. */
  close(max: number): number {
    this.cut(max);
    const { added } = this;
    this.#sorted = this.rows.length;
    return added;
  }

  /** Rows that are not behind. */
  get size(): number {
    return this.rows.length - this.from;
  }

  /** Shows the rows of a pane that ends at an instant, and those that come so much later at most. */
  show(toMs: number, aheadMs: number): this {
    const { rows, from } = this;
    this.to = firstAt(rows, toMs, from);
    this.aheadTo = aheadMs === 0 ? this.to : firstAt(rows, toMs + aheadMs, this.to);
    return this;
  }

  /** Lets go of the rows of the pane; says whether none are left. */
  pass(): boolean {
    this.from = this.to;
    if (this.from === this.rows.length) return true;
    // What is behind goes once it is the greater part.
    if (this.from > this.rows.length / 2) {
      this.rows = this.rows.slice(this.from);
      this.#sorted -= this.from;
      this.from = 0;
    }
    return false;
  }
}

function isInOrder(rows: readonly LogRow[], from: number): boolean {
  for (let at = from + 1; at < rows.length; at++) {
    if (compareLogRows(rows[at - 1] as LogRow, rows[at] as LogRow) > 0) return false;
  }
  return true;
}
