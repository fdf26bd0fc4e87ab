import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { appendOrderOfStored } from '../codec/group-order.ts';
import type { GroupTable } from '../codec/group-table.ts';
import { writeGroupTextOf } from '../codec/group-text.ts';
import type { PlainRow } from '../plan/plain-row.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowWindow } from '../plan/row.ts';
import type { NewRows } from '../ports/new-rows.ts';
import { cutToFit, type Row } from './drafts.ts';
import { plainRowOf } from './plain-row-of.ts';
import type { WriteMode } from './write-rows.ts';

interface TableRowsParts {
  readonly view: ViewPlan;
  readonly table: GroupTable;
  readonly window: RowWindow;
  readonly mode: WriteMode;
  readonly isPartial: boolean;
}

/** New rows of a window, of all groups of its table: they are written as they lie there, in their order. */
export class TableRows implements NewRows {
  readonly view: string;
  readonly epoch: number;
  readonly #parts: TableRowsParts;
  /** By place of the row. */
  readonly #groups: Uint32Array;
  readonly #fields: number;
  readonly #expiresAtSeconds: number | null;
  /** Of the row that is written. */
  #group = 0;
  readonly #plain: PlainRow;
  readonly #stateOf = (index: number) => this.#parts.table.stateOf(this.#group, index);

  constructor(parts: TableRowsParts) {
    this.view = parts.view.key;
    this.epoch = parts.mode.epoch;
    this.#parts = parts;
    this.#plain = plainRowOf(parts.view);
    this.#groups = parts.table.inOrder();
    this.#fields = parts.view.definition.groupBy.length;
    this.#expiresAtSeconds = parts.mode.expiresAtSeconds(parts.window.endMs);
  }

  get count(): number {
    return this.#groups.length;
  }

  windowStartMs(): number {
    return this.#parts.window.startMs;
  }

  windowEndMs(): number {
    return this.#parts.window.endMs;
  }

  partial(): boolean {
    return this.#parts.isPartial;
  }

  expiresAtSeconds(): number | null {
    return this.#expiresAtSeconds;
  }

  writeGroupOrder(row: number, out: ByteWriter): void {
    appendOrderOfStored(this.#valuesOf(row), this.#fields, out);
  }

  writeGroup(row: number, out: ByteWriter): void {
    writeGroupTextOf(this.#valuesOf(row), this.#fields, out);
  }

  writeColumns(row: number, out: ByteWriter): void {
    const { window, view } = this.#parts;
    const from = out.length;
    this.#group = this.#groupOf(row);
    this.#plain.write(window, this.#valuesOf(row), this.#stateOf, out);
    cutToFit(out, from, () => view.rows.format(this.rowAt(row).values));
  }

  /** A row as an object. */
  rowAt(row: number): Row {
    const { view, table, window } = this.#parts;
    const group = table.group(this.#groupOf(row));
    return { group, window, values: view.rows.values(group, window) };
  }

  #valuesOf(row: number): ByteReader {
    return this.#parts.table.readerOf(this.#groupOf(row));
  }

  #groupOf(row: number): number {
    return this.#groups[row] as number;
  }
}
