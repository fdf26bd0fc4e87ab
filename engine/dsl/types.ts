import type { ElementsOf, Instant } from './shape.ts';

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
  abs(): NumberExpr<T>;
  /** To so many digits behind the point, 0 unless set; before it where negative: -2 gives hundreds. Halves go away from 0. */
  round(digits?: number): NumberExpr<T>;
  /** The greatest whole number that is not greater. */
  floor(): NumberExpr<T>;
  /** The least whole number that is not less. */
  ceil(): NumberExpr<T>;
  /** What a division leaves, with this number's sign. Null if the divisor is 0. */
  mod(divisor: number | Num): Num;
  /** Null where the result is no number or beyond the range of doubles. */
  power(exponent: number | Num): Num;
  /** Null of a negative number. */
  sqrt(): Num;
  /** e to the power of this number. Null beyond the range of doubles. */
  exp(): Num;
  /** To the base e. Null of 0 and of a negative number. */
  ln(): Num;
  /** To the base 10, or another. Null of 0 and of a negative number. */
  log(base?: number): Num;
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
  /** The host of a URL in small letters, without user and port. Null where it names none. */
  urlHost(): StringExpr<string | null>;
  /** The value of the URL's first query parameter of this name, as it stands there, not decoded. Null where there is none. */
  urlParameter(name: string): StringExpr<string | null>;
  /** In small letters, one code point for one. */
  lower(): StringExpr<string | Nil<T>>;
  /** In capital letters, one code point for one. */
  upper(): StringExpr<string | Nil<T>>;
  /** Without white space at both ends. */
  trim(): StringExpr<string | Nil<T>>;
  /** As in SQL: from a place, 1 being the first code point and -1 the last, so many code points, or all. */
  substring(start: number, length?: number): StringExpr<string | Nil<T>>;
  startsWith(start: string | StringExpr<string | null>): Condition;
  contains(part: string | StringExpr<string | null>): Condition;
  /**
   * Whether a pattern matches somewhere in the text, in one pass over it. Patterns are regular expressions of characters, `.`, classes,
   * `\\d \\w \\s` of ASCII, groups, alternatives, repetitions, and `^` and `$` for the ends of the text.
   */
  matches(pattern: string): Condition;
  /** The number that the text is: a sign, digits with or without a point, an exponent. Null where it is none. */
  toNumber(): Num;
  /** Code points. */
  length(): NumberExpr<number | Nil<T>>;
  /** The n-th part between separators: 1 is the first, -1 the last. The empty text where there are fewer. */
  splitPart(separator: string, index: number): StringExpr<string | Nil<T>>;
  /** This text, or the other where it is null. */
  coalesce<const O extends string | StringExpr<string | null>>(other: O): StringExpr<Coalesced<T, O>>;
}

export interface TimestampExpr<T extends Instant | null> extends OrderedExpr<T> {
  /** Milliseconds from the other instant to this one. */
  msSince(other: TimestampExpr<Instant | null>): NumberExpr<number | null>;
  /** The hour of the day in a zone such as `'Europe/Paris'`: 0 to 23. UTC unless set. */
  hour(zone?: string): NumberExpr<number | Nil<T>>;
  /** The day of the week in a zone: Sunday is 0, Saturday 6. */
  dayOfWeek(zone?: string): NumberExpr<number | Nil<T>>;
  /** A part of its date or time in a zone. Weeks are those of ISO 8601. */
  datePart(part: DatePart, zone?: string): NumberExpr<number | Nil<T>>;
  /** The start of the unit that holds it, by the local time of a zone. Weeks begin on Monday. */
  truncate(unit: TruncateUnit, zone?: string): TimestampExpr<Instant | Nil<T>>;
  /** This instant, or the other where it is null. */
  coalesce<O extends TimestampExpr<Instant | null>>(other: O): TimestampExpr<Coalesced<T, O>>;
}

/** A side of a join that a row can lack. */
export interface Lackable {
  isNull(): Condition;
}

export type DatePart =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'dayOfYear'
  | 'dayOfWeek'
  | 'hour'
  | 'minute'
  | 'second';
export type TruncateUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

/**
 * A list, what the schema says nothing of, or what is of several kinds. Paths into it are such as `'user.tags[0]'` or `'["a.b"]'`;
 * `'[key="service.name"].value'` goes into the first object of a list whose `key` is that text.
 */
export interface JsonExpr<T> extends Expr<T> {
  isNull(): Condition;
  /** The text at a path. Null where there is none, or something else. */
  textAt(path: string): StringExpr<string | null>;
  /** The number at a path. Null where there is none, or something else. */
  numberAt(path: string): Num;
  /** The boolean at a path. Null where there is none, or something else. */
  booleanAt(path: string): Condition;
  /** The value itself where it is text; null where it is something else. */
  asText(): StringExpr<string | null>;
  /** The value itself where it is a number, or text that is one; null where it is something else. */
  asNumber(): Num;
  /** The value itself where it is a boolean; null where it is something else. */
  asBoolean(): Condition;
}

/** The fields of a struct, each an expression of its own type. */
export type Fields<S> = { readonly [K in keyof S]: ExprOf<S[K]> } & Expr<S>;

type Is<A, B> = [A] extends [B] ? true : false;

export type ExprOf<T, B = NonNullable<T>> = unknown extends T
  ? JsonExpr<T>
  : Is<B, never> extends true
    ? Expr<T>
    : Is<B, Instant> extends true
      ? TimestampExpr<T & (Instant | null)>
      : Is<B, boolean> extends true
        ? BooleanExpr<T & (boolean | null)>
        : Is<B, number> extends true
          ? NumberExpr<T & (number | null)>
          : Is<B, string> extends true
            ? StringExpr<T & (string | null)>
            : Is<B, readonly unknown[] | ElementsOf<unknown, unknown>> extends true
              ? JsonExpr<T>
              : Is<B, object> extends true
                ? null extends T
                  ? Fields<{ [K in keyof B]: B[K] | null }> & (B extends { isNull: unknown } ? unknown : Lackable)
                  : Fields<B>
                : JsonExpr<T>;
