import type { ByteWriter } from '../bytes/byte-writer.ts';

/**
 * Rows of revision 1, each the first in its place as far as anybody knows, which write themselves as bytes: of many rows, objects and texts
 * would take longer than all the rest. A row is asked for by its place among them.
 */
export interface NewRows {
  /** Name and fingerprint of the view: `ViewPlan.key`. */
  readonly view: string;
  readonly epoch: number;
  readonly count: number;
  windowStartMs(row: number): number;
  windowEndMs(row: number): number;
  partial(row: number): boolean;
  expiresAtSeconds(row: number): number | null;
  /** Writes the values of the group so that bytes compare as rows are ordered: see `appendGroupOrder`. */
  writeGroupOrder(row: number, out: ByteWriter): void;
  /** Writes the canonical text of the group. */
  writeGroup(row: number, out: ByteWriter): void;
  /** Writes the row's own columns as JSON. */
  writeColumns(row: number, out: ByteWriter): void;
}
