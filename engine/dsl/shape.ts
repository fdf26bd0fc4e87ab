import { type Static, type TObject, type TOptional, type TProperties, type TSchema, type TUnion, Type } from 'typebox';
import type { TimestampFormat } from '../ir/timestamp-format.ts';

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

type Wire<F extends TimestampFormat> = F extends 'iso8601' ? string : F extends 'any' ? string | number : number;

/**
 * A point in time on the wire: ISO-8601 text, or a number of seconds, milliseconds or microseconds since 1970.
 * `'any'`, the default, takes ISO-8601 text and a number of milliseconds. Kept to the millisecond.
 */
export function Timestamp<const F extends TimestampFormat = 'any'>(format?: F): TTimestamp<Wire<F>> {
  const type =
    format === 'iso8601' ? 'string' : format === undefined || format === 'any' ? ['string', 'number'] : 'number';
  // The mark is an enumerable option, because copying a schema loses TypeBox's hidden properties.
  return Type.Unsafe<Wire<F>>({ type, 'x-timestamp': format ?? 'any' }) as unknown as TTimestamp<Wire<F>>;
}

export type Flat<T> = { [K in keyof T]: T[K] } & {};

type ShapeOf<S> =
  S extends TTimestamp<unknown>
    ? Instant
    : S extends TObject<infer P>
      ? { [K in keyof P]: P[K] extends TOptional ? ShapeOf<P[K]> | null : ShapeOf<P[K]> }
      : S extends TUnion<infer U>
        ? ShapeOf<U[number]>
        : S extends TSchema
          ? Static<S>
          : never;

type AnyKey<U> = U extends unknown ? keyof U : never;
/** Several event types in one stream: a field that one of them lacks is null there. */
type Merge<U> = { [K in AnyKey<U>]: U extends unknown ? (K extends keyof U ? U[K] : null) : never };

/** The shape of a stream's events: of one object type, or of a union of several. */
export type EventShape<P extends TProperties, U extends TObject[]> = Flat<
  U extends [] ? ShapeOf<TObject<P>> : Merge<ShapeOf<U[number]>>
>;

/** Dotted paths to the fields of a type: `'timestamp' | 'device.os'`. */
export type PathTo<S, T> = {
  [K in keyof S & string]: [NonNullable<S[K]>] extends [T]
    ? K
    : [NonNullable<S[K]>] extends [Instant | readonly unknown[]]
      ? never
      : NonNullable<S[K]> extends object
        ? `${K}.${PathTo<NonNullable<S[K]>, T>}`
        : never;
}[keyof S & string];

/** How a row looks as JSON. */
export type Json<T> = T extends Instant
  ? string
  : T extends readonly (infer I)[]
    ? Json<I>[]
    : T extends object
      ? { [K in keyof T]: Json<T[K]> }
      : T;
