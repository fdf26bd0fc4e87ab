import type { ByteWriter } from '../bytes/byte-writer.ts';
import { appendGroupOrder } from '../codec/group-order.ts';
import { writeGroupText } from '../codec/group-text.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { NewRows } from '../ports/new-rows.ts';
import { cutToFit, type Row } from './drafts.ts';
import type { WriteMode } from './write-rows.ts';

/** New rows whose values are known, a stored one each. */
export class ValueRows implements NewRows {
  readonly view: string;
  readonly epoch: number;
  readonly #plan: ViewPlan;
  readonly #rows: readonly Row[];
  readonly #expiresAtSeconds: WriteMode['expiresAtSeconds'];
  readonly #isPartial: (startMs: number) => boolean;

  constructor(plan: ViewPlan, rows: readonly Row[], mode: WriteMode, isPartial: (startMs: number) => boolean) {
    this.view = plan.key;
    this.epoch = mode.epoch;
    this.#plan = plan;
    this.#rows = rows;
    this.#expiresAtSeconds = mode.expiresAtSeconds;
    this.#isPartial = isPartial;
  }

  get count(): number {
    return this.#rows.length;
  }

  windowStartMs(row: number): number {
    return this.#at(row).window.startMs;
  }

  windowEndMs(row: number): number {
    return this.#at(row).window.endMs;
  }

  partial(row: number): boolean {
    return this.#isPartial(this.windowStartMs(row));
  }

  expiresAtSeconds(row: number): number | null {
    return this.#expiresAtSeconds(this.windowEndMs(row));
  }

  writeGroupOrder(row: number, out: ByteWriter): void {
    appendGroupOrder(this.#at(row).group.values, out);
  }

  writeGroup(row: number, out: ByteWriter): void {
    writeGroupText(this.#at(row).group.values, out);
  }

  writeColumns(row: number, out: ByteWriter): void {
    const { rows } = this.#plan;
    const { values } = this.#at(row);
    const from = out.length;
    rows.write(values, out);
    cutToFit(out, from, () => rows.format(values));
  }

  #at(row: number): Row {
    return this.#rows[row] as Row;
  }
}
