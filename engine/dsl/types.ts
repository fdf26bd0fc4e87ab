import type { Instant } from './shape.ts';

/**
 * What a user of the definition sees of expressions. Structs have fields and no methods, leaves have methods and no
 * fields, so no field's name can clash with a method's. `T` is the value's type; `| null` is tracked.
 *
 * @example
 * e.status.gte(500).and(e.method.ne('HEAD'))   // a Condition
 * row.clicks.div(row.views)                    // NumberExpr<number | null>: null where views is 0
 */
declare const VALUE: unique symbol;
export interface Expr<out T = unknown> {
  readonly [VALUE]: T;
}

export type ValueOf<E> = E extends Expr<infer T> ? T : never;

type Wide<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;
/** A whole number beyond 2^53 is written as a bigint. */
type Big<T> = T extends number ? bigint : never;
type Operand<T> = NonNullable<T> | Big<T> | Expr<Wide<T> | null>;
type Given<O> = O extends Expr<infer T> ? T : O;
/** Of a value and what stands in for it where it is null: null only where both are. */
type Coalesced<T, O> = NonNullable<T> | NonNullable<Given<O>> | (Nil<T> & Nil<Given<O>>);
export type Nil<T> = Extract<T, null>;

/** True, false, or null if a compared value is null. Only true passes a `where`. */
export type Condition = BooleanExpr<boolean | null>;

export interface EqualityExpr<T> extends Expr<T> {
  eq(other: Operand<T>): Condition;
  ne(other: Operand<T>): Condition;
  /** Whether it equals one of the values or expressions. As in SQL, null where it is null, or none does and one is null. */
  in(values: readonly Operand<T>[]): Condition;
  isNull(): Condition;
}

export interface OrderedExpr<T> extends EqualityExpr<T> {
  gt(other: Operand<T>): Condition;
  gte(other: Operand<T>): Condition;
  lt(other: Operand<T>): Condition;
  lte(other: Operand<T>): Condition;
}

export interface BooleanExpr<T extends boolean | null = boolean> extends EqualityExpr<T> {
  and(...conditions: Condition[]): Condition;
  or(...conditions: Condition[]): Condition;
  not(): Condition;
  coalesce<O extends boolean | Condition>(other: O): BooleanExpr<boolean | (Nil<T> & Nil<Given<O>>)>;
}

export interface NumberExpr<T extends number | null = number> extends OrderedExpr<T> {
  add<O extends number | NumberExpr<number | null>>(other: O): NumberExpr<number | Nil<T | ValueOf<O>>>;
  sub<O extends number | NumberExpr<number | null>>(other: O): NumberExpr<number | Nil<T | ValueOf<O>>>;
  mul<O extends number | NumberExpr<number | null>>(other: O): NumberExpr<number | Nil<T | ValueOf<O>>>;
  /** Null if the divisor is 0. */
  div(other: number | NumberExpr<number | null>): NumberExpr<number | null>;
  /** This number, or the other where it is null. */
  coalesce<O extends number | bigint | Num>(other: O): NumberExpr<number | (Nil<T> & Nil<Given<O>>)>;
  /** Of a row's number, how it has changed since the group's window so many windows before: see `changeOver(…)`. */
  changeOver(options: ChangeOptions): Fields<Change>;
}

export interface ChangeOptions {
  /** How many windows back: 1 to 500. */
  readonly windows: number;
}

/** How a number has changed since an earlier window. */
export interface Change {
  /** The number less that of the earlier window. Null where either has none. */
  readonly absolute: number | null;
  /** `absolute` in percent of the earlier number's size, with the sign of `absolute`. Null also where that number is 0. */
  readonly percent: number | null;
  /** The number in the earlier window, or null. */
  readonly from: number | null;
}

/** A number that can be null. */
export type Num = NumberExpr<number | null>;

export interface StringExpr<T extends string | null = string> extends OrderedExpr<T> {
  /** The path of a URL, absolute or relative, without query and fragment; `/` where it is empty. */
  urlPath(): StringExpr<string | Nil<T>>;
  /** This text, or the other where it is null. */
  coalesce<const O extends string | StringExpr<string | null>>(other: O): StringExpr<Coalesced<T, O>>;
}

export interface TimestampExpr<T extends Instant | null> extends OrderedExpr<T> {
  /** Milliseconds from the other instant to this one. */
  msSince(other: TimestampExpr<Instant | null>): NumberExpr<number | null>;
  /** This instant, or the other where it is null. */
  coalesce<O extends TimestampExpr<Instant | null>>(other: O): TimestampExpr<Coalesced<T, O>>;
}

/** A side of a join that a row can lack. */
export interface Lackable {
  isNull(): Condition;
}

/** The fields of a struct, each an expression of its own type. */
export type Fields<S> = { readonly [K in keyof S]: ExprOf<S[K]> } & Expr<S>;

type Is<A, B> = [A] extends [B] ? true : false;

export type ExprOf<T, B = NonNullable<T>> =
  Is<B, never> extends true
    ? Expr<T>
    : Is<B, Instant> extends true
      ? TimestampExpr<T & (Instant | null)>
      : Is<B, boolean> extends true
        ? BooleanExpr<T & (boolean | null)>
        : Is<B, number> extends true
          ? NumberExpr<T & (number | null)>
          : Is<B, string> extends true
            ? StringExpr<T & (string | null)>
            : Is<B, readonly unknown[]> extends true
              ? Expr<T>
              : Is<B, object> extends true
                ? null extends T
                  ? Fields<{ [K in keyof B]: B[K] | null }> & (B extends { isNull: unknown } ? unknown : Lackable)
                  : Fields<B>
                : EqualityExpr<T>;
