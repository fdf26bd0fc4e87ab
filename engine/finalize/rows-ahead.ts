import { type Group, type Groups, groupKey } from '../codec/group.ts';
import type { Value } from '../ir/node.ts';
import { compareLogRows, type EventLog, firstAt, type LogRow } from '../joins/event-log.ts';
import type { LogPane } from '../joins/log-operator.ts';

interface KeyRows {
  readonly rows: LogRow[];
  /** Those before are taken. */
  from: number;
}

/** The rows of panes that are read, by key and in order: one look tells those of a pane, and those after it. */
export class RowsAhead {
  readonly #keys = new Map<Value, KeyRows>();

  /** Adds a pane that is later than those before. */
  add(pane: Groups): void {
    for (const [key, { states }] of pane) {
      const rows = states[0] as EventLog;
      if (rows.length > 1) rows.sort(compareLogRows);
      const before = this.#keys.get(key);
      if (before === undefined) this.#keys.set(key, { rows, from: 0 });
      else for (const row of rows) before.rows.push(row);
    }
  }

  /** Takes the rows of a key before an instant out, and looks at those that come so much later at most. */
  take(values: Group['values'], toMs: number, aheadMs: number): Pick<LogPane, 'rows' | 'ahead'> {
    const key = groupKey(values);
    const known = this.#keys.get(key);
    if (known === undefined) return { rows: NO_ROWS, ahead: NO_ROWS };
    const { rows, from } = known;
    const end = firstAt(rows, toMs, from);
    const ahead = aheadMs === 0 ? NO_ROWS : rows.slice(end, firstAt(rows, toMs + aheadMs, end));
    if (end === rows.length) {
      this.#keys.delete(key);
      return { rows: from === 0 ? rows : rows.slice(from), ahead };
    }
    const taken = rows.slice(from, end);
    known.from = end;
    // What is taken goes once it is the greater part.
    if (end > rows.length / 2) this.#keys.set(key, { rows: rows.slice(end), from: 0 });
    return { rows: taken, ahead };
  }
}

const NO_ROWS: readonly LogRow[] = [];
