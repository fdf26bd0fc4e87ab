import type { Static, TArray, TObject, TOptional, TProperties, TRecord, TSchema, TUnion } from 'typebox';
import { MAX_SCALE } from '../ir/decimal.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type EpochFormat, type TimestampFormat, takesNumbers } from '../ir/timestamp-format.ts';
import { Type } from '../ir/type.ts';
import { wholeNumberFrom } from './settings.ts';

/**
 * From a schema to the plain type of an event ("shape"). Types only, but for `Timestamp`.
 *
 * An instant is opaque in a shape: expressions compare it, rows show it as ISO-8601 text.
 */
export interface Instant {
  readonly '~instant': true;
}

export interface TTimestamp<W> extends TSchema {
  '~unsafe': W;
  'x-timestamp': TimestampFormat;
}

/** What producers send. Numbers of an epoch may come as text too. */
type Wire<F extends TimestampFormat> = F extends 'any' | 'auto'
  ? string | number
  : F extends EpochFormat
    ? number
    : string;

/**
 * A point in time on the wire, kept to the millisecond.
 *
 * - `'iso8601'`: text such as `2024-01-31T12:00:00.123Z`, `2024-01-31 12:00 +0100`, `20240131T120000Z` or `2024-01-31`.
 * - `'epoch-s'`, `'epoch-ms'`, `'epoch-us'`, `'epoch-ns'`: seconds, or finer units, since 1970, as a number or as text.
 * - `'rfc2822'`: `Wed, 31 Jan 2024 12:00:00 +0100`, and HTTP's, which ends with GMT.
 * - `'common-log'`: `17/May/2015:10:05:03 +0000`.
 * - `'any'`, the default: ISO-8601 text, or a number since 1970 whose magnitude tells its unit.
 * - `'auto'`: any of these, event by event.
 */
export function Timestamp<const F extends TimestampFormat = 'any'>(format?: F): TTimestamp<Wire<F>> {
  const known = format ?? 'any';
  const type = takesNumbers(known) ? ['string', 'number'] : 'string';
  // The mark is an enumerable option, because copying a schema loses TypeBox's hidden properties.
  return Type.Unsafe<Wire<F>>({ type, 'x-timestamp': known }) as unknown as TTimestamp<Wire<F>>;
}

/** How a number can look on the wire: as DynamoDB's streams write it too. */
export type NumberOnWire = number | string | { readonly N: string };

export interface TNumeric extends TSchema {
  '~unsafe': NumberOnWire;
  'x-numeric': true;
}

/**
 * A number that can be text on the wire: `9.5`, `"9.5"` or DynamoDB's `{"N":"9.5"}`. Text is a sign, digits with or without a point, and
 * an exponent, with nothing around it. It is kept as the nearest double.
 *
 * @example Type.Object({ price: Numeric(), quantity: Type.Optional(Numeric()) })
 */
export function Numeric(): TNumeric {
  return Type.Unsafe<NumberOnWire>({ ...NUMBER_OR_TEXT, 'x-numeric': true }) as unknown as TNumeric;
}

export interface DecimalOptions {
  /** How many digits there are behind the point at most: 0 to 9. */
  readonly scale: number;
}

/**
 * A decimal such as an amount of money, as a number or text as `Numeric()` takes them, with at most `scale` digits behind the point (0 to
 * 9) and at most 15 in all. Sums, differences and products of decimals are exact, and so are their sums over any number of events.
 *
 * @example Type.Object({ amount: Decimal({ scale: 2 }) })
 */
export function Decimal({ scale }: DecimalOptions): TNumeric {
  wholeNumberFrom(0, scale, MAX_SCALE, 'Decimal({ scale }) has the scale');
  return Type.Unsafe<NumberOnWire>({ ...NUMBER_OR_TEXT, 'x-numeric': true, 'x-decimal': scale }) as unknown as TNumeric;
}

const NUMBER_OR_TEXT = {
  anyOf: [
    { type: 'number' },
    { type: 'string' },
    { type: 'object', required: ['N'], properties: { N: { type: 'string' } } },
  ],
};

/**
 * A field that has another name in events, one that JavaScript or a table cannot have: with dots, dashes, blanks or `@`. The name is the
 * field's own, and no path: `'http.status'` is one name with a dot in it.
 *
 * @example Type.Object({ status: field('http.response.status_code', Type.Integer()), at: field('@timestamp', Timestamp('iso8601')) })
 */
export function field<S extends TSchema>(name: string, schema: S): S {
  if (typeof name !== 'string' || name === '' || typeof schema !== 'object' || schema === null) {
    throw new DefinitionError(
      `field(…) was given ${JSON.stringify(name) ?? 'nothing'}, and needs the name that events have and a type: field('http.status', Type.Integer()).`,
    );
  }
  // TypeBox keeps its own marks in hidden properties, which a copy of what can be seen loses.
  const copy = Object.create(Object.getPrototypeOf(schema), Object.getOwnPropertyDescriptors(schema));
  return Object.defineProperty(copy, 'x-field', { value: name, enumerable: true, configurable: true, writable: true });
}

export type Flat<T> = { [K in keyof T]: T[K] } & {};

/** A list, or an object with any names: as JSON a `J`, and exploded a row for each `E`. */
export interface ElementsOf<out J, out E> {
  readonly '~json': J;
  readonly '~element': E;
}

/** What a view is given that explodes a value. Of a list whose elements nothing is said of, any JSON. */
export type ElementOf<T> = T extends ElementsOf<unknown, infer E> ? E : T extends null ? never : unknown;

type ShapeOf<S> =
  S extends TTimestamp<unknown>
    ? Instant
    : S extends TNumeric
      ? number
      : S extends TObject<infer P>
        ? { [K in keyof P]: P[K] extends TOptional ? ShapeOf<P[K]> | null : ShapeOf<P[K]> }
        : S extends TUnion<infer U>
          ? MergedField<ShapeOf<U[number]>>
          : S extends TArray<infer I>
            ? ElementsOf<Static<S>, ShapeOf<I>>
            : S extends TRecord<string, infer V>
              ? ElementsOf<Static<S>, { key: string; value: ShapeOf<V> }>
              : S extends TSchema
                ? Static<S>
                : never;

type AnyKey<U> = U extends unknown ? keyof U : never;
/** Several event types in one stream: a field that one of them lacks is null there. */
type Merge<U> = { [K in AnyKey<U>]: MergedField<U extends unknown ? (K extends keyof U ? U[K] : null) : never> };
/** Objects are one object with the fields of all. */
type MergedField<T, B = NonNullable<T>> = [B] extends [never]
  ? T
  : [B] extends [Instant | readonly unknown[] | ElementsOf<unknown, unknown>]
    ? T
    : [B] extends [object]
      ? Merge<B> | Extract<T, null>
      : T;

/** The shape of a stream's events: of one object type, or of a union of several. */
export type EventShape<P extends TProperties, U extends TObject[]> = Flat<
  U extends [] ? ShapeOf<TObject<P>> : Merge<ShapeOf<U[number]>>
>;

/** Dotted paths to the fields of a type: `'timestamp' | 'device.os'`. */
export type PathTo<S, T> = {
  [K in keyof S & string]: [NonNullable<S[K]>] extends [T]
    ? K
    : [NonNullable<S[K]>] extends [Instant | readonly unknown[] | ElementsOf<unknown, unknown>]
      ? never
      : NonNullable<S[K]> extends object
        ? `${K}.${PathTo<NonNullable<S[K]>, T>}`
        : never;
}[keyof S & string];

/** How a row looks as JSON. */
export type Json<T> = T extends Instant
  ? string
  : T extends ElementsOf<infer J, unknown>
    ? J
    : T extends readonly (infer I)[]
      ? Json<I>[]
      : T extends object
        ? { [K in keyof T]: Json<T[K]> }
        : T;
