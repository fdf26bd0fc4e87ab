/** Reads one value of a line where it lies in the block. */
export interface ValueReader {
  /**
   * Takes the value that begins at a place into a row, and returns the place behind it; −1 where the value is unusual. It may
   * lie beyond the line's end, where the line is cut short: whoever reads checks that once for all of a line's values.
   */
  read(at: number, row: number): number;
  /**
   * The same as source code, where a call costs much beside what it does: statements that leave `at` behind the value, or
   * `break line`. They have the block as `b` and, for words, `v`, and `row`; `local` names the variable that holds a value.
   */
  source?(local: (value: unknown) => string): string;
}

/** Reads a column that views need. */
export interface ColumnReader extends ValueReader {
  /** Says of a row that its event lacks the field, until it is read. */
  missing(row: number): void;
}

/** Of a value that is unusual. */
export const UNUSUAL = -1;

/** The letters of `null`, `true` and, behind its f, `alse`, as words. */
export const NULL_WORD = 0x6c6c756e;
export const TRUE_WORD = 0x65757274;
export const ALSE_WORD = 0x65736c61;
export const QUOTE = 0x22;
