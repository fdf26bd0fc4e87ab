import type { Duration, NotADuration } from '../ir/duration.ts';
import type { MatchColumn } from '../ir/match-shape.ts';
import type { ReservedColumn } from '../ir/names.ts';
import type { Contiguity } from '../ir/pattern-definition.ts';
import type { Flat, Instant } from './shape.ts';
import type { Source } from './stream.ts';
import type { Condition, Expr, Fields, Num, NumberExpr, ValueOf } from './types.ts';

/** Fields of an event that there may not be: each can be null. */
type Perhaps<R> = Fields<{ [K in keyof R]: R[K] | null }>;

/** The numbers of the events that a step has taken. Nulls do not count. */
interface Numbers<R> {
  /** How many events the step has taken. */
  count(): NumberExpr<number>;
  /** Of nothing: 0. */
  sum(of: (event: Fields<R>) => Num): NumberExpr<number>;
  /** Of nothing: null. */
  mean(of: (event: Fields<R>) => Num): NumberExpr<number | null>;
  /** Of nothing: null. */
  min(of: (event: Fields<R>) => Num): NumberExpr<number | null>;
  /** Of nothing: null. */
  max(of: (event: Fields<R>) => Num): NumberExpr<number | null>;
}

/** The events of a step that takes several. */
export interface Several<R> extends Numbers<R> {
  readonly first: Fields<R>;
  readonly last: Fields<R>;
  /** The event before the last; null where there is one alone. */
  readonly previous: Perhaps<R>;
}

/** The events of a step that takes several, and may have taken none. */
export interface PerhapsSeveral<R> extends Numbers<R> {
  readonly first: Perhaps<R>;
  readonly last: Perhaps<R>;
  readonly previous: Perhaps<R>;
}

/** What a step has taken before the event at hand, as its own condition sees it: nothing, where that is the first one. */
export interface SoFar<R> extends Numbers<R> {
  readonly first: Perhaps<R>;
  /** The event that the step took last. */
  readonly previous: Perhaps<R>;
}

/** How many events a step takes: exactly one, one or none, one or more, any number. */
export type Quantity = 'one' | 'perhaps' | 'several' | 'perhapsSeveral';

interface ByQuantity<R> {
  readonly one: Fields<R>;
  readonly perhaps: Perhaps<R>;
  readonly several: Several<R>;
  readonly perhapsSeveral: PerhapsSeveral<R>;
}
/** Of a match that ran out of time, any step may lack its events. */
interface ByQuantityTimedOut<R> {
  readonly one: Perhaps<R>;
  readonly perhaps: Perhaps<R>;
  readonly several: PerhapsSeveral<R>;
  readonly perhapsSeveral: PerhapsSeveral<R>;
}

/** What each step has matched, under its name. */
export type Matched<R, M> = { readonly [K in keyof M]: ByQuantity<R>[M[K] & Quantity] };
type MatchedTimedOut<R, M> = { readonly [K in keyof M]: ByQuantityTimedOut<R>[M[K] & Quantity] };
type Own<R, K extends string> = { readonly [S in K]: SoFar<R> };

/** Whether an event fits a step, by its fields and by what was matched before it. */
export type StepWhere<R, M, K extends string = never> = (
  event: Fields<R>,
  matched: Matched<R, M> & Own<R, K>,
) => Condition;

type NewStep<K extends string, M> = K extends keyof M ? `step '${K}' is already used` : K;
type WithStep<M, K extends string, Q extends Quantity> = Flat<Omit<M, K> & { readonly [S in K]: Q }>;
type Repeated = { readonly one: 'several'; readonly perhaps: 'perhapsSeveral' };
type Optional = { readonly one: 'perhaps'; readonly several: 'perhapsSeveral' };
type Change<M, K extends string, C> = Flat<{
  [S in keyof M]: S extends K ? (M[S] extends keyof C ? C[M[S]] : M[S]) : M[S];
}>;

/** What may lie between the events of a step that takes several. `followedBy` unless set. */
export interface TimesOptions {
  /** `next`: nothing. `followedBy`: events that do not fit. `followedByAny`: any, so that each choice is a match of its own. */
  readonly between?: Contiguity;
}

export interface WithinOptions {
  /** Whether an event at the very instant of the limit still counts. True unless set. */
  readonly includesLimit?: boolean;
}

/**
 * Where the next match of a key can begin after one is complete. `pastLast` (the default): after its last event. `none`: anywhere.
 * `toNext`: after the event that it began with. `toFirst`, `toLast`: at the first or last event of a step.
 */
export type Skip<K> = 'none' | 'pastLast' | 'toNext' | { readonly toFirst: K } | { readonly toLast: K };

/** The steps of a text such as `A -> B{3} -> C?`, by name. */
export type StepsIn<T extends string> = T extends `${infer Step} ${string} ${infer Rest}`
  ? Flat<StepIn<Step> & StepsIn<Rest>>
  : Flat<StepIn<T>>;

type StepIn<S extends string> = S extends `!${string}`
  ? unknown
  : {
      readonly [K in NameIn<S>]: S extends `${string}*`
        ? 'perhapsSeveral'
        : S extends `${string}?`
          ? 'perhaps'
          : S extends `${string}+` | `${string}}`
            ? 'several'
            : 'one';
    };

type NameIn<S extends string> = S extends `!${infer K}`
  ? K
  : S extends `${infer K}{${string}}` | `${infer K}+` | `${infer K}*` | `${infer K}?`
    ? K
    : S;

type NamesIn<T extends string> = T extends `${infer Step} ${string} ${infer Rest}`
  ? NameIn<Step> | NamesIn<Rest>
  : NameIn<T>;

/** A condition for each step of a text. It sees what earlier steps have matched. */
export type Conditions<R, T extends string> = {
  readonly [K in NamesIn<T>]: StepWhere<R, Omit<StepsIn<T>, K>, K>;
};

/** A pattern before its first step. */
export interface PatternStart<N extends string, R, P extends string> {
  /** The first step: one event. */
  begin<const K extends string>(
    step: K,
    where?: StepWhere<R, Record<never, never>, K>,
  ): Pattern<N, R, P, WithStep<unknown, K, 'one'>, K>;
  /**
   * All steps at once, as text, with a condition for each. `A -> B`: followed by. `A => B`: the very next event. `A ~> B`: followed by
   * any. `!A`: none of A there. `A{3}`, `A{2,5}`, `A{2,}`, `A+`: that many. `A?`, `A*`: may be left out.
   *
   * @example .sequence('failure{5} -> success', { failure: (e) => e.ok.not(), success: (e) => e.ok })
   */
  sequence<const T extends string>(steps: T, conditions: Conditions<R, T>): Pattern<N, R, P, StepsIn<T>, never>;
}

/**
 * A pattern that has steps. `M` says how many events each takes, `L` names the step whose repetition can still be set: the last one.
 */
export interface Pattern<N extends string, R, P extends string, M, L extends string> extends PatternEnd<N, R, P, M> {
  /** The very next event of the key has to fit. */
  next<const K extends string>(
    step: NewStep<K, M>,
    where?: StepWhere<R, M, K>,
  ): Pattern<N, R, P, WithStep<M, K, 'one'>, K>;
  /** The next event that fits: those between, which do not, are passed over. */
  followedBy<const K extends string>(
    step: NewStep<K, M>,
    where?: StepWhere<R, M, K>,
  ): Pattern<N, R, P, WithStep<M, K, 'one'>, K>;
  /** Each later event that fits: every one makes a match of its own. */
  followedByAny<const K extends string>(
    step: NewStep<K, M>,
    where?: StepWhere<R, M, K>,
  ): Pattern<N, R, P, WithStep<M, K, 'one'>, K>;
  /** The very next event of the key must not fit. */
  notNext<const K extends string>(step: NewStep<K, M>, where?: StepWhere<R, M>): Pattern<N, R, P, M, never>;
  /** No event that fits may come until the next step; at the end of the pattern, until `within` has passed. */
  notFollowedBy<const K extends string>(step: NewStep<K, M>, where?: StepWhere<R, M>): Pattern<N, R, P, M, never>;

  /** The last step takes so many events: exactly, or from a least number to a most. */
  times(
    count: number | readonly [least: number, most: number],
    options?: TimesOptions,
  ): Pattern<N, R, P, Change<M, L, Repeated>, L>;
  /** The last step takes at least so many events. */
  timesOrMore(least: number, options?: TimesOptions): Pattern<N, R, P, Change<M, L, Repeated>, L>;
  /** The last step takes at least one event. */
  oneOrMore(options?: TimesOptions): Pattern<N, R, P, Change<M, L, Repeated>, L>;
  /** The last step may take none. */
  optional(): Pattern<N, R, P, Change<M, L, Optional>, L>;
  /** The last step, which takes several, takes as many as there are, also those that fit the next step. */
  greedy(): Pattern<N, R, P, M, L>;
  /** An event that fits ends the repetition of the last step. It is not taken itself. */
  until(where: StepWhere<R, M, L>): Pattern<N, R, P, M, L>;
}

/** A pattern whose steps are complete, or can be. */
export interface PatternEnd<N extends string, R, P extends string, M> {
  /** The longest time from the first event of a match to its last. What takes longer has run out of time. */
  within<const D extends string = Duration>(
    limit: D extends Duration ? D : NotADuration<D>,
    options?: WithinOptions,
  ): PatternEnd<N, R, P, M>;
  /** Where the next match can begin after one is complete. */
  skip(strategy: Skip<keyof M & string>): PatternEnd<N, R, P, M>;
  /** A row for each match, with its key, `match_start`, `match_end`, `duration_ms`, `reason` and these columns. */
  select<D extends Record<string, Expr> = Record<never, never>>(
    columns?: (matched: Matched<R, M>) => D & FreshColumns<D, P>,
  ): Source<N, MatchedRow<R, P, D>>;
  /** A row for each match that began and was not complete when its time had run out, at that instant. */
  selectTimeouts<D extends Record<string, Expr> = Record<never, never>>(
    columns?: (matched: MatchedTimedOut<R, M>) => D & FreshColumns<D, P>,
  ): Source<N, MatchedRow<R, P, D>>;
}

type LastName<P extends string> = P extends `${string}.${infer Rest}` ? LastName<Rest> : P;
type ValueAt<R, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? Head extends keyof R
    ? ValueAt<NonNullable<R[Head]>, Rest>
    : never
  : P extends keyof R
    ? NonNullable<R[P]>
    : never;

/** A row of a pattern: its key, when the match was and why, and what is selected. */
export type MatchedRow<R, P extends string, D> = Flat<
  { [K in P as LastName<K>]: ValueAt<R, K> } & {
    match_start: Instant;
    match_end: Instant;
    duration_ms: number;
    reason: string;
    truncated: boolean;
  } & { [K in keyof D]: ValueOf<D[K]> }
>;

type FreshColumns<D, P extends string> = {
  [K in keyof D]: K extends ReservedColumn | MatchColumn
    ? `'${K & string}' is a column that every match has`
    : K extends LastName<P>
      ? `'${K & string}' is already a column`
      : unknown;
};
