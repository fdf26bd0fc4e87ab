import type { JsonValue, Value, ValueKind, ValueType } from '../ir/node.ts';

/** A value that is there, as functions get and give it. */
export type Present = string | number | boolean;

/** What a function writes its SQL with. Arguments and results are SQL. */
export interface FunctionSql {
  readonly dialect: 'DuckDB' | 'Athena';
  readonly operands: readonly string[];
  /** A text in quotes. */
  text(value: string): string;
}

/** Settings of a call: constants, in the order in which a definition gives them. */
export type Settings = readonly JsonValue[];

/**
 * A function of values: all that the rest needs to know of it. Each is a file of this folder, and a line in `registry.ts`; nothing
 * else decides by the name. What it means is decided once: JavaScript and SQL say the same, and where the two would differ,
 * DuckDB is followed (`docs/functions.md`). It is data in a definition, by its name: an expression's fingerprint is its name,
 * operands and settings, so a function that is to mean something else gets another name.
 */
export interface FunctionDescriptor {
  readonly name: string;
  /** Kinds of the expressions that it is given. The first is the one whose method it is; null takes any kind. */
  readonly takes: readonly (ValueKind | null)[];
  /** How many settings there are at least and at most, behind the expressions. */
  readonly settings?: { readonly least: number; readonly most: number };
  /** What is wrong with settings, as the end of a sentence that begins with the method; null where nothing is. */
  checkSettings?(settings: readonly unknown[]): string | null;
  /** What stands for settings that are left out. */
  readonly defaults?: Settings;
  /** The type of what it gives, but for null. */
  type(operands: readonly ValueType[]): Omit<ValueType, 'nullable'>;
  /** Whether it gives null, by whether each operand can be null. */
  canBeNull(operands: readonly boolean[]): boolean;
  /** The operands whose values it gives as they are, where it does: they stay exact. */
  passesOn?(count: number): readonly number[];
  /** What it gives is a BIGINT in SQL, and not a double that is whole. */
  readonly isExact?: boolean;
  /** Words for an expression leave it out: nobody writes it. */
  readonly isSilent?: boolean;
  /** It is given nulls. Otherwise it gives null where an operand is null, and is not asked. */
  readonly seesNulls?: boolean;
  /** The function itself. */
  js(settings: Settings): (...values: never[]) => Value;
  /** JavaScript in place of a call of it, of the sources of its operands. */
  source?(operands: readonly string[]): string;
  sql(settings: Settings, sql: FunctionSql): string;
}

/** It gives null where an operand is null. */
export const ifAny = (operands: readonly boolean[]): boolean => operands.includes(true);
/** It can give null of values too. */
export const always = (): boolean => true;

export const TEXT = () => ({ kind: 'string' }) as const;
export const CONDITION = () => ({ kind: 'boolean' }) as const;
export const DOUBLE = () => ({ kind: 'number' }) as const;
export const WHOLE = () => ({ kind: 'number', integer: true }) as const;
export const INSTANT = () => ({ kind: 'instant' }) as const;
/** Whole where all its operands are. */
export const asOperands = (operands: readonly ValueType[]): Omit<ValueType, 'nullable'> =>
  operands.every(({ integer }) => integer === true) ? WHOLE() : DOUBLE();

/** Null where a result is no finite number. −0 becomes 0. */
export function finite(x: number): number | null {
  return Number.isFinite(x) ? x + 0 : null;
}

/** The same in SQL. The operand is written once, for it can be long. */
export function finiteSql(double: string, dialect: FunctionSql['dialect']): string {
  return dialect === 'DuckDB'
    ? `NULLIF(NULLIF(NULLIF(${double}, 'NaN'), 'Infinity'), '-Infinity')`
    : `element_at(filter(ARRAY[${double}], e -> is_finite(e)), 1)`;
}

export function isWholeFrom(least: number, most: number, value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}
