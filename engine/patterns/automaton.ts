import type { Value } from '../ir/node.ts';
import type { LogRow } from '../joins/event-log.ts';
import type { CompiledAbsence, CompiledPattern, CompiledStep, Edge, Test } from './compiled-pattern.ts';
import { measureWith } from './measures.ts';
import { DONE, END, FRESH, Taken } from './partial-match.ts';
import type { PatternState } from './pattern-state.ts';
import { scopeOf } from './scope.ts';
import { compareMatches, compileSkip } from './skip.ts';

/** A match that is complete, or a partial one whose time ran out. */
export interface Outcome {
  readonly kind: 'match' | 'timeout';
  readonly last: Taken;
  /** The time of its last event; where its limit decides, the limit's instant. */
  readonly timeMs: number;
  /** Partial matches of the key were dropped while it was open. */
  readonly isTruncated: boolean;
}

/**
 * Takes the events of one key in order and says which matches they complete.
 *
 * A partial match is the last event that it took, and waits for the events that it could take next: each way on is an *edge*, which
 * lives by its own contiguity, whatever the others do. So a partial match branches only where two edges are taken, or one is taken and
 * another stays.
 *
 *   a `followedBy` b* `followedBy` c     after a: waits for b, waits for c
 *   a x b1 c                             b1: the first edge is taken, and the second stays: a·c and a·b1·c are matches
 *
 * What runs out of time does so before the first event that is beyond its limit, and at the end of a pane: see `advanceTo`.
 */
export class Automaton {
  readonly #pattern: CompiledPattern;
  readonly #skip: ReturnType<typeof compileSkip>;
  readonly #limitMs: number;
  readonly #includesLimit: boolean;
  readonly #most: number;

  constructor(pattern: CompiledPattern) {
    const { within, maxPartialMatches } = pattern.definition;
    this.#pattern = pattern;
    this.#skip = compileSkip(pattern.definition);
    this.#limitMs = within?.limitMs ?? Number.POSITIVE_INFINITY;
    this.#includesLimit = within?.includesLimit ?? false;
    this.#most = maxPartialMatches;
  }

  /** Takes the next event. Events come in the order of `compareLogRows`. */
  take(state: PatternState, row: LogRow, outcomes: Outcome[]): void {
    this.#expire(state, row.timeMs, !this.#includesLimit, outcomes);
    const turn = new Turn(this.#pattern, row, state.nextOrdinal++);
    for (const open of state.open) turn.goOn(open);
    turn.begin();
    state.open = turn.open;
    if (turn.complete.length > 0) this.#settle(state, turn.complete, [], row.timeMs, outcomes);
    this.#bound(state, row.timeMs);
  }

  /** No event before an instant is still to come: what has its limit before it is decided. */
  advanceTo(state: PatternState, toMs: number, outcomes: Outcome[]): void {
    this.#expire(state, toMs, false, outcomes);
  }

  /** The first instant at which time alone decides something. */
  dueMs({ open: [first] }: PatternState): number {
    return first === undefined ? Number.POSITIVE_INFINITY : this.#limitOf(first);
  }

  #limitOf({ start }: Taken): number {
    return start.row.timeMs + this.#limitMs;
  }

  /**
   * Decides what has its limit before an instant, or at it where `isLimitOut`: limit by limit, for a match can skip others.
   *
   *   limit 10, included       an event at 10 is in time: decided before an event at 11
   *   limit 10, not included   an event at 10 is out of time: decided before it
   *   pane that ends at 10     a row of the limit's instant is of the next pane: decided there
   */
  #expire(state: PatternState, timeMs: number, isLimitOut: boolean, outcomes: Outcome[]): void {
    for (let first = state.open[0]; first !== undefined; first = state.open[0]) {
      const limitMs = this.#limitOf(first);
      if (isLimitOut ? limitMs > timeMs : limitMs >= timeMs) return;
      let count = 1;
      while (count < state.open.length && this.#limitOf(state.open[count] as Taken) === limitMs) count++;
      const ended = state.open.slice(0, count);
      state.open = state.open.slice(count);
      const complete = ended.filter(({ waits }) => (waits & END) !== 0);
      const late = ended.filter(({ waits }) => (waits & (END | DONE)) === 0);
      this.#settle(state, complete, late, limitMs, outcomes);
    }
  }

  /** Gives the matches of one instant, and what they leave of those whose time ran out; drops what they skip. */
  #settle(state: PatternState, complete: Taken[], late: readonly Taken[], timeMs: number, outcomes: Outcome[]): void {
    let [matches, timeouts] = [complete.sort(compareMatches), late];
    for (let match = matches[0]; match !== undefined; match = matches[0]) {
      outcomes.push(this.#outcome(state, 'match', match, timeMs));
      matches = matches.slice(1);
      const survives = this.#skip?.(match);
      if (survives === undefined) continue;
      matches = matches.filter(survives);
      timeouts = timeouts.filter(survives);
      state.open = state.open.filter(survives);
    }
    for (const last of timeouts) outcomes.push(this.#outcome(state, 'timeout', last, timeMs));
  }

  #outcome({ droppedAtMs }: PatternState, kind: Outcome['kind'], last: Taken, timeMs: number): Outcome {
    return { kind, last, timeMs, isTruncated: droppedAtMs !== null && last.start.row.timeMs <= droppedAtMs };
  }

  /** Drops those that began first: kept, they would stand in the way of all to come where a pattern has no limit. */
  #bound(state: PatternState, timeMs: number): void {
    const over = state.open.length - this.#most;
    if (over <= 0) return;
    state.open = state.open.slice(over);
    state.droppedAtMs = timeMs;
    state.untold += over;
  }
}

/** One event, and what becomes of the partial matches with it. */
class Turn {
  readonly open: Taken[] = [];
  readonly complete: Taken[] = [];
  readonly #pattern: CompiledPattern;
  readonly #row: LogRow;
  readonly #ordinal: number;
  readonly #bits: number;
  /** The match so far, and the event's fields, as conditions read them; made when the first asks. */
  #scope: object | null = null;
  #scopeOf: Taken | null | undefined;

  constructor(pattern: CompiledPattern, row: LogRow, ordinal: number) {
    this.#pattern = pattern;
    this.#row = row;
    this.#ordinal = ordinal;
    this.#bits = row.values[0] as number;
  }

  /** A match begins with the event. Nothing can be absent before it. */
  begin(): void {
    for (const edge of this.#pattern.entries) {
      const step = this.#stepOf(edge);
      if (step === null || this.#ends(step, null) || !this.#passes(step.takes, null)) continue;
      this.#add(null, step);
      if (step.definition.times.isGreedy) return;
    }
  }

  /** A partial match takes the event, by each edge that can, or waits on. */
  goOn(last: Taken): void {
    const isFresh = (last.waits & FRESH) !== 0;
    const at = this.open.length;
    this.open.push(last);
    let waits = last.waits & ~FRESH;
    for (const edge of (this.#pattern.steps[last.step] as CompiledStep).edges) {
      if ((waits & edge.bit) === 0) continue;
      const outcome = this.#follow(last, edge, isFresh);
      if (outcome === 'ends' || (outcome === 'takes' && edge.contiguity !== 'followedByAny')) waits &= ~edge.bit;
      // Greedy: what the step can take, no later step does, nor goes past it.
      if (outcome === 'takes' && this.#stepOf(edge)?.definition.times.isGreedy) waits &= ((edge.bit << 1) - 1) & ~END;
    }
    last.waits = waits;
    if (!last.isOpen) this.open.splice(at, 1);
  }

  #follow(last: Taken, edge: Edge, isFresh: boolean): 'takes' | 'waits' | 'ends' {
    for (const absence of edge.absent) if (this.#isBroken(absence, last, isFresh)) return 'ends';
    const step = this.#stepOf(edge);
    if (step === null) return 'waits';
    if (this.#ends(step, last)) return edge.isLoop || edge.contiguity !== 'followedByAny' ? 'ends' : 'waits';
    if (!this.#passes(step.takes, last)) return edge.contiguity === 'next' ? 'ends' : 'waits';
    this.#add(last, step);
    return 'takes';
  }

  #isBroken({ isNext, forbids }: CompiledAbsence, last: Taken, isFresh: boolean): boolean {
    return (isFresh || !isNext) && this.#passes(forbids, last);
  }

  #ends({ until }: CompiledStep, last: Taken | null): boolean {
    return until !== null && this.#passes(until, last);
  }

  #add(last: Taken | null, { index, definition, measures, edges, isEnd }: CompiledStep): void {
    const taken = new Taken(last, {
      step: index,
      row: this.#row,
      ordinal: this.#ordinal,
      measures: measures.length === 0 ? NO_MEASURES : this.#measured(last?.step === index ? last : null, measures),
    });
    const { least, most } = definition.times;
    const isEnough = taken.count >= least;
    taken.waits = FRESH;
    for (const { bit, isLoop } of edges) {
      if (isLoop ? most === null || taken.count < most : isEnough) taken.waits |= bit;
    }
    if (isEnd && isEnough) {
      taken.waits |= DONE;
      this.complete.push(taken);
    }
    if (taken.isOpen) this.open.push(taken);
  }

  #measured(before: Taken | null, measures: CompiledStep['measures']) {
    const fields = this.#pattern.fieldsOf(this.#row);
    return measures.map((value, index) => measureWith(before?.measures[index] ?? null, value(fields)));
  }

  #passes({ bit, ofMatch }: Test, last: Taken | null): boolean {
    return (this.#bits & bit) !== 0 && (ofMatch === null || this.#evaluate(ofMatch, last) === true);
  }

  #evaluate(ofMatch: (scope: object) => Value, last: Taken | null): Value {
    this.#scope ??= this.#pattern.fieldsOf(this.#row);
    if (this.#scopeOf !== last) {
      scopeOf(this.#pattern, last, this.#scope);
      this.#scopeOf = last;
    }
    return ofMatch(this.#scope);
  }

  #stepOf({ target }: Edge): CompiledStep | null {
    return target === null ? null : (this.#pattern.steps[target] as CompiledStep);
  }
}

const NO_MEASURES: readonly never[] = [];
