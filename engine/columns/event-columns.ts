import type { Value } from '../ir/node.ts';

/**
 * Events of one stretch of a record as columns: the fields that the views of their stream need, and no others. Row n is an
 * event; what is no event, or unusual, has no row here. Whoever fills it reuses it for the next stretch.
 */
export interface EventColumns {
  /** How many rows there are. Arrays may be longer: what lies beyond is left from before. */
  readonly length: number;
  /** Event times, in milliseconds. */
  readonly timesMs: Float64Array;
  /** The n-th event of its record, from 0: with the record's sequence it is the event's position. */
  readonly indexes: Int32Array;
  /** Where each event's text lies in `bytes`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly bytes: Uint8Array;
  /** In the order of the plan's needed fields. */
  readonly columns: readonly Column[];
}

export type Column = NumberColumn | TextColumn | BooleanColumn | BoxedColumn;

/** Doubles; null where `present` is 0. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** Codes of a dictionary; −1 is null. */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly dictionary: TextDictionary;
}

/** 0 is false, 1 true, 2 null. */
export interface BooleanColumn {
  readonly kind: 'boolean';
  readonly values: Uint8Array;
}

/** Values of any other kind, as the plain path has them. */
export interface BoxedColumn {
  readonly kind: 'boxed';
  readonly values: readonly Value[];
}

/**
 * The texts of a column, each once. Codes count up from 0 and hold for as long as the dictionary lives, which is longer than
 * a stretch: what was computed for a code (a hash, the answer of a comparison) can be kept by code.
 */
export interface TextDictionary {
  readonly size: number;
  /** The text of a code. */
  text(code: number): string;
  /** Where the text's UTF-8 bytes lie in `bytes`. */
  start(code: number): number;
  end(code: number): number;
  readonly bytes: Uint8Array;
  /** Rises when codes begin anew, because the dictionary had grown beyond its bound. */
  readonly epoch: number;
}
