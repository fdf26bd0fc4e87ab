import type { Value, ValueType } from '../ir/node.ts';

/**
 * Consecutive events of a record as columns: the fields that the views of their stream need, and no others. Row n is the event
 * with index `firstIndex + n`: an event that is unusual, or none, ends the stretch. Whoever fills it reuses it for the next one.
 */
export interface EventColumns {
  /** How many rows there are. Arrays may be longer: what lies beyond is left from before. */
  readonly length: number;
  /** Of the first row's event in its record, from 0: with the record's sequence it is the event's position. */
  readonly firstIndex: number;
  /** Event times, in milliseconds. */
  readonly timesMs: Float64Array;
  /** Where each event's text lies in `bytes`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly bytes: Uint8Array;
  /** In the order of the needed fields. */
  readonly columns: readonly Column[];
}

/** A field that views read. */
export interface NeededField {
  /** One name for each level of nesting. */
  readonly path: readonly string[];
  readonly type: ValueType;
  /**
   * What is needed of its texts. `hash`: nothing but their hashes, so they need no dictionary. `beforeQuery`: what is before `?` or
   * `#`, so there are as many as there are paths. Either way the whole texts may be there.
   */
  readonly use: 'value' | 'hash' | 'beforeQuery';
}

export type Column = NumberColumn | TextColumn | BooleanColumn | HashColumn | BoxedColumn;

/** Doubles; null where `present` is 0, and nowhere if there is no `present`. Never −0, and no bigint: such an event is unusual. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
  readonly present: Uint8Array | null;
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

/** `hashText` of texts; null where `present` is 0, and nowhere if there is no `present`. */
export interface HashColumn {
  readonly kind: 'hash';
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly present: Uint8Array | null;
}

/** Values of any other kind, as the plain path has them. */
export interface BoxedColumn {
  readonly kind: 'boxed';
  readonly values: readonly Value[];
}

/**
 * The texts of a column, each once. Codes count up from 0 and hold for as long as the dictionary lives, which is longer than
 * a stretch: what was computed for a code (a hash, the answer of a comparison) can be kept by code. A dictionary that has grown
 * beyond its bound is left as it is, and another object takes its place in the column.
 */
export interface TextDictionary {
  readonly size: number;
  /** The text of a code, made once. */
  text(code: number): string;
  /** Where the text's UTF-8 bytes lie in `bytes`. */
  start(code: number): number;
  end(code: number): number;
  readonly bytes: Uint8Array;
}
