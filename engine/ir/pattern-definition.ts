import type { FieldNode } from './join-definition.ts';
import type { ExpressionNode, NamedNode } from './node.ts';
import type { SourceOf } from './source-definition.ts';

/** Matches of a pattern in the events of a source, or its time-outs. */
export interface PatternSource<V> {
  readonly kind: 'pattern';
  /** The input's name, for words. */
  readonly name: string;
  readonly source: SourceOf<V>;
  /** The key: events are matched with those of their own key. An event with a null in it is in no match. */
  readonly partitionBy: readonly FieldNode[];
  /** What of its events is kept: what conditions on a match, measures and `select` read. */
  readonly columns: readonly FieldNode[];
  readonly pattern: PatternDefinition;
  readonly output: PatternOutput;
  /** The columns of a match: their paths begin with `matched.` and a step. */
  readonly select: readonly NamedNode[];
}

/** What a pattern gives: matches, or partial matches that ran out of time before they were complete. */
export type PatternOutput = 'matches' | 'timeouts';

/**
 * Events of one key, one after the other in the order of event time.
 *
 * @example five failures, then a success, within ten minutes
 * { steps: [{ name: 'failure', times: { least: 5, most: 5, … }, … }, { name: 'success', … }],
 *   within: { limitMs: 600_000, includesLimit: false }, skip: { kind: 'pastLast' }, maxPartialMatches: 1000 }
 */
export interface PatternDefinition {
  /** At least one, the first not absent. At most `MAX_STEPS`. */
  readonly steps: readonly PatternStep[];
  /** How long a match can take from its first event to its last; null for any time. */
  readonly within: WithinLimit | null;
  readonly skip: SkipStrategy;
  /** Partial matches of one key. Beyond it, those that began first are dropped and counted. */
  readonly maxPartialMatches: number;
}

/** Steps of a pattern: an event's passed conditions, two a step, are the bits of a small integer. */
export const MAX_STEPS = 15;

/** The last event is less than `limitMs` after the first; at most as much where the limit is included. */
export interface WithinLimit {
  readonly limitMs: number;
  readonly includesLimit: boolean;
}

/**
 * Which partial matches go when a match is complete:
 * - `none`: none;
 * - `toNext`: those that began with the same event;
 * - `pastLast`: those that began up to the match's last event;
 * - `toFirst`, `toLast`: those that began before the first, or the last, event of a step of the match.
 */
export type SkipStrategy =
  | { readonly kind: 'none' | 'toNext' | 'pastLast' }
  | { readonly kind: 'toFirst' | 'toLast'; readonly step: string };

export interface PatternStep {
  readonly name: string;
  /**
   * No event may pass the condition between the event before the step and the one after it. `next`: the event right after the one
   * before is none. At the end of a pattern, where it must be `followedBy`: none up to the limit of `within`.
   */
  readonly isAbsent: boolean;
  /** To the step before. Of the first step it says nothing. */
  readonly contiguity: Contiguity;
  readonly condition: StepCondition;
  /** How many events the step takes. */
  readonly times: StepTimes;
  /** The step may take no event at all. */
  readonly isOptional: boolean;
  /**
   * An event that passes it is not taken, and ends the step: it takes none after it. Only an entry by `followedByAny`, which any
   * event may precede, is still there afterwards. Only where `most` is null.
   */
  readonly until: StepCondition | null;
  /** Numbers of one event, of which the step has sum, mean, least and greatest. Paths as in `StepCondition.ofEvent`. */
  readonly measures: readonly ExpressionNode[];
}

/**
 * What may lie between an event and the next one of a match:
 * - `next`: nothing;
 * - `followedBy`: events that the step does not take, so it takes the first that it can;
 * - `followedByAny`: anything, so each event that it can take makes another match.
 */
export type Contiguity = 'next' | 'followedBy' | 'followedByAny';

export interface StepTimes {
  /** At least 1. */
  readonly least: number;
  /** Null for any number. */
  readonly most: number | null;
  /** Between events of the step itself. */
  readonly contiguity: Contiguity;
  /** Takes all events that it can before a later step takes one. Not with `followedByAny` between its events. */
  readonly isGreedy: boolean;
}

/** Both parts must be true: null counts as false. */
export interface StepCondition {
  /** Of the event alone; paths are those of the event. Judged when it is ingested. Null where all events pass. */
  readonly ofEvent: ExpressionNode | null;
  /** Of the match so far as well: a path that begins with `matched.looks` is of its step `looks` (`engine/patterns/scope.ts`). */
  readonly ofMatch: ExpressionNode | null;
}
