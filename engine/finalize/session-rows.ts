import type { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { orderOfKeys } from '../bytes/order-of-keys.ts';
import { appendOrderOfStored, writeOrdered } from '../codec/group-order.ts';
import { writeGroupTextOf } from '../codec/group-text.ts';
import type { PlainRow } from '../plan/plain-row.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowWindow } from '../plan/row.ts';
import type { NewRows } from '../ports/new-rows.ts';
import { cutToFit, type Row } from './drafts.ts';
import { plainRowOf } from './plain-row-of.ts';
import { gapOf } from './session.ts';
import type { SessionTable } from './session-table.ts';
import type { WriteMode } from './write-rows.ts';

interface SessionRowsParts {
  readonly view: ViewPlan;
  readonly table: SessionTable;
  /** Their places in the table. */
  readonly sessions: readonly number[];
  readonly mode: WriteMode;
  readonly isPartial: (startMs: number) => boolean;
}

/** Of a key, its start. */
const START_BYTES = 8;

/** New rows of sessions that are complete: they are written as they lie in their table, in the order of their starts and groups. */
export class SessionRows implements NewRows {
  readonly view: string;
  readonly epoch: number;
  readonly #parts: SessionRowsParts;
  readonly #gapMs: number;
  readonly #fields: number;
  readonly #plain: PlainRow;
  /** By place of the row. */
  readonly #order: Uint32Array;
  /** By session: its start and its group, so that bytes compare as rows are ordered. */
  readonly #keys: Uint8Array;
  readonly #ends: Uint32Array;
  /** Of the row that is written. */
  #session = 0;
  readonly #stateOf = (index: number) => this.#parts.table.stateOf(this.#session, index);

  constructor(parts: SessionRowsParts) {
    const { view, table, sessions } = parts;
    this.view = view.key;
    this.epoch = parts.mode.epoch;
    this.#parts = parts;
    this.#gapMs = gapOf(view);
    this.#fields = view.definition.groupBy.length;
    this.#plain = plainRowOf(view);
    const keys = new ByteWriter(sessions.length * 32);
    const starts = new Uint32Array(sessions.length);
    this.#ends = new Uint32Array(sessions.length);
    for (let i = 0; i < sessions.length; i++) {
      const session = sessions[i] as number;
      starts[i] = keys.length;
      keys.moveTo(writeOrdered(table.firstMs(session), keys.room(START_BYTES), keys.length));
      appendOrderOfStored(table.readerOf(session), this.#fields, keys);
      this.#ends[i] = keys.length;
    }
    this.#keys = keys.finish();
    this.#order = orderOfKeys({ bytes: this.#keys, starts, ends: this.#ends });
  }

  get count(): number {
    return this.#order.length;
  }

  windowStartMs(row: number): number {
    return this.#parts.table.firstMs(this.#sessionOf(row));
  }

  windowEndMs(row: number): number {
    return this.#parts.table.lastMs(this.#sessionOf(row)) + this.#gapMs;
  }

  partial(row: number): boolean {
    return this.#parts.isPartial(this.windowStartMs(row));
  }

  expiresAtSeconds(row: number): number | null {
    return this.#parts.mode.expiresAtSeconds(this.windowEndMs(row));
  }

  writeGroupOrder(row: number, out: ByteWriter): void {
    const place = this.#order[row] as number;
    const from = place === 0 ? 0 : (this.#ends[place - 1] as number);
    out.part(this.#keys, from + START_BYTES, this.#ends[place] as number);
  }

  writeGroup(row: number, out: ByteWriter): void {
    writeGroupTextOf(this.#valuesOf(row), this.#fields, out);
  }

  writeColumns(row: number, out: ByteWriter): void {
    const from = out.length;
    this.#session = this.#sessionOf(row);
    this.#plain.write(this.#windowOf(row), this.#valuesOf(row), this.#stateOf, out);
    cutToFit(out, from, () => this.#parts.view.rows.format(this.rowAt(row).values));
  }

  /** A row as an object. */
  rowAt(row: number): Row {
    const { group } = this.#parts.table.look(this.#sessionOf(row));
    const window = this.#windowOf(row);
    return { group, window, values: this.#parts.view.rows.values(group, window) };
  }

  #windowOf(row: number): RowWindow {
    return { startMs: this.windowStartMs(row), endMs: this.windowEndMs(row) };
  }

  #valuesOf(row: number): ByteReader {
    return this.#parts.table.readerOf(this.#sessionOf(row));
  }

  #sessionOf(row: number): number {
    return this.#parts.sessions[this.#order[row] as number] as number;
  }
}
