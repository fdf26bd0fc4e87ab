import type {
  Contiguity,
  PatternDefinition,
  PatternStep,
  StepCondition,
} from '../../../engine/ir/pattern-definition.ts';
import type { LogRow } from '../../../engine/joins/event-log.ts';
import { conditionBit, untilBit } from '../../../engine/patterns/bits.ts';

/** Which event, by its place among the rows, was taken by which step. */
interface Taken {
  readonly at: number;
  readonly step: number;
}

/** A condition on the match, as a test gives it beside the expression. */
export type OfMatch = (event: LogRow, before: (step: number) => readonly LogRow[]) => boolean;

export interface ReferenceResult {
  readonly kind: 'match' | 'timeout';
  readonly timeMs: number;
  readonly taken: readonly Taken[];
}

/**
 * What a pattern means, without an automaton: tries every subsequence of a few events under every assignment to steps, and keeps
 * those for which each rule holds, looked at one by one.
 */
export class Reference {
  readonly #definition: PatternDefinition;
  readonly #rows: readonly LogRow[];
  readonly #ofMatch: ReadonlyMap<StepCondition, OfMatch>;

  constructor(definition: PatternDefinition, rows: readonly LogRow[], ofMatch: ReadonlyMap<StepCondition, OfMatch>) {
    this.#definition = definition;
    this.#rows = rows;
    this.#ofMatch = ofMatch;
  }

  /** Matches, or time-outs, in order, after those that earlier ones skip are left out. */
  results(output: 'match' | 'timeout'): ReferenceResult[] {
    const all = this.#subsequences()
      .flatMap((taken) => this.#outcome(taken))
      .sort((a, b) => this.#compare(a, b));
    const kept: ReferenceResult[] = [];
    for (const result of all) {
      const isSkipped = kept.some((match) => match.kind === 'match' && this.#skips(match.taken, startOf(result)));
      if (!isSkipped) kept.push(result);
    }
    return kept.filter(({ kind }) => kind === output);
  }

  /** Those of which every event was rightly taken; more may be to come. */
  #subsequences(): Taken[][] {
    const found: Taken[][] = [];
    const extend = (taken: readonly Taken[], from: number) => {
      for (let at = from; at < this.#rows.length; at++) {
        for (let step = taken.at(-1)?.step ?? 0; step < this.#definition.steps.length; step++) {
          if (this.#step(step).isAbsent) continue;
          const longer = [...taken, { at, step }];
          if (!this.#isInTime(longer, at) || !this.#isRight(taken, { at, step })) continue;
          found.push(longer);
          extend(longer, at + 1);
        }
      }
    };
    extend([], 0);
    return found;
  }

  /** A match can go on with an event, or begin with it. */
  #isRight(before: readonly Taken[], { at, step }: Taken): boolean {
    const from = before.at(-1);
    if (!this.#canReach(before, step) || !this.#takes(step, at, before)) return false;
    if (from === undefined)
      return !this.#greedyBetween(before, -1, step).some((greedy) => this.#takes(greedy, at, before));
    if (!this.#isAlive(before, step, at)) return false;
    return !this.#isOvertaken(before, step, at);
  }

  /** Enough events of the step before, not too many of this one, and none of those in between is needed. */
  #canReach(before: readonly Taken[], step: number): boolean {
    const from = before.at(-1)?.step ?? -1;
    if (from === step) {
      const { most } = this.#step(step).times;
      return most === null || countOf(before, step) < most;
    }
    if (from >= 0 && countOf(before, from) < this.#step(from).times.least) return false;
    return this.#definition.steps.slice(from + 1, step).every(({ isAbsent, isOptional }) => isAbsent || isOptional);
  }

  /** The step could still take its next event at a place: nothing that came since the one before forbids it. */
  #isAlive(before: readonly Taken[], step: number, at: number): boolean {
    const from = before.at(-1) as Taken;
    const contiguity = this.#contiguity(from.step, step);
    if (contiguity === 'next' && at !== from.at + 1) return false;
    for (let other = from.at + 1; other <= at; other++) {
      if (this.#breaksAbsence(before, step, other)) return false;
      const passesOver = contiguity === 'followedByAny';
      if (this.#ends(step, other, before) && !(passesOver && from.step !== step)) return false;
      if (other < at && !passesOver && this.#takes(step, other, before)) return false;
    }
    return true;
  }

  /** A greedy step before this one could have taken an event up to a place. */
  #isOvertaken(before: readonly Taken[], step: number, at: number): boolean {
    const from = before.at(-1) as Taken;
    for (let other = from.at + 1; other <= at; other++) {
      for (const greedy of this.#greedyBetween(before, from.step, step)) {
        if (this.#isAlive(before, greedy, other) && this.#takes(greedy, other, before)) return true;
      }
    }
    return false;
  }

  #greedyBetween(before: readonly Taken[], from: number, step: number): number[] {
    return this.#definition.steps
      .map((_, index) => index)
      .filter((index) => index >= from && index < step && this.#definition.steps[index]?.times.isGreedy === true)
      .filter((index) => this.#canReach(before, index));
  }

  #breaksAbsence(before: readonly Taken[], step: number, at: number): boolean {
    const from = before.at(-1) as Taken;
    return this.#definition.steps.some(
      ({ isAbsent, contiguity }, index) =>
        isAbsent &&
        index > from.step &&
        index < step &&
        (contiguity !== 'next' || at === from.at + 1) &&
        this.#passes(index, at, before),
    );
  }

  /** What becomes of events taken so far: a match, a time-out, or nothing. */
  #outcome(taken: readonly Taken[]): ReferenceResult[] {
    const last = taken.at(-1) as Taken;
    const { steps, within } = this.#definition;
    const isEnough = countOf(taken, last.step) >= this.#step(last.step).times.least;
    const rest = steps.slice(last.step + 1);
    const canEnd = isEnough && rest.every(({ isAbsent, isOptional }) => isAbsent || isOptional);
    const waitsForEnd = rest.some(({ isAbsent }) => isAbsent);
    if (canEnd && !waitsForEnd) return [{ kind: 'match', timeMs: this.#timeOf(last.at), taken }];
    if (within === null) return [];
    const limitMs = this.#timeOf((taken[0] as Taken).at) + within.limitMs;
    const inTime = this.#rows.findLastIndex((_, at) => at >= last.at && this.#isInTime(taken, at));
    if (canEnd && this.#staysOpen(taken, steps.length, inTime)) return [{ kind: 'match', timeMs: limitMs, taken }];
    const waits = steps.some(
      ({ isAbsent }, step) =>
        !isAbsent && step >= last.step && this.#canReach(taken, step) && this.#staysOpen(taken, step, inTime),
    );
    return waits ? [{ kind: 'timeout', timeMs: limitMs, taken }] : [];
  }

  /** Whether the way to a step, or to the end, is open once everything up to a place has come. */
  #staysOpen(taken: readonly Taken[], step: number, to: number): boolean {
    const from = taken.at(-1) as Taken;
    const others = range(from.at + 1, to);
    if (this.#isOvertaken(taken, step, to)) return false;
    if (others.some((at) => this.#breaksAbsence(taken, step, at))) return false;
    if (step === this.#definition.steps.length) return true;
    if (this.#contiguity(from.step, step) === 'next' && others.length > 0) return false;
    return others.every(
      (at) =>
        this.#isAlive(taken, step, at) &&
        (this.#contiguity(from.step, step) === 'followedByAny' || !this.#takes(step, at, taken)),
    );
  }

  #takes(step: number, at: number, before: readonly Taken[]): boolean {
    return this.#passes(step, at, before) && !this.#ends(step, at, before);
  }

  #passes(step: number, at: number, before: readonly Taken[]): boolean {
    return this.#holds(this.#step(step).condition, conditionBit(step), at, before);
  }

  #ends(step: number, at: number, before: readonly Taken[]): boolean {
    const { until } = this.#step(step);
    return until !== null && this.#holds(until, untilBit(step), at, before);
  }

  #holds(condition: StepCondition, bit: number, at: number, before: readonly Taken[]): boolean {
    const row = this.#rows[at] as LogRow;
    if (((row.values[0] as number) & bit) === 0) return false;
    const ofMatch = this.#ofMatch.get(condition);
    const rowsOf = (index: number) =>
      before.filter((taken) => taken.step === index).map((taken) => this.#rows[taken.at] as LogRow);
    return ofMatch === undefined || ofMatch(row, rowsOf);
  }

  #isInTime([first]: readonly Taken[], at: number): boolean {
    const { within } = this.#definition;
    const afterMs = this.#timeOf(at) - this.#timeOf((first as Taken).at);
    return within === null || (within.includesLimit ? afterMs <= within.limitMs : afterMs < within.limitMs);
  }

  /** By when each is decided; then matches before time-outs, and matches as they can skip others. */
  #compare(a: ReferenceResult, b: ReferenceResult): number {
    const [instantA, instantB] = [this.#instantOf(a), this.#instantOf(b)];
    for (let i = 0; i < instantA.length; i++) {
      const order = (instantA[i] as number) - (instantB[i] as number);
      if (order !== 0) return order;
    }
    const byStart = startOf(a) - startOf(b);
    if (byStart !== 0 || a.kind === 'timeout') return byStart;
    if (a.taken.length !== b.taken.length) return b.taken.length - a.taken.length;
    const differs = a.taken.findIndex(
      ({ at, step }, index) => at !== b.taken[index]?.at || step !== b.taken[index]?.step,
    );
    if (differs < 0) return 0;
    const [left, right] = [a.taken[differs] as Taken, b.taken[differs] as Taken];
    return left.at - right.at || left.step - right.step;
  }

  /** Time; at a limit that is in time after the events of that time, else before them; the event's place; matches first. */
  #instantOf({ kind, timeMs, taken }: ReferenceResult): readonly number[] {
    const last = taken.at(-1) as Taken;
    const rest = this.#definition.steps.slice(last.step + 1);
    const isByEvent = kind === 'match' && !rest.some(({ isAbsent }) => isAbsent);
    const order = isByEvent ? 1 : this.#definition.within?.includesLimit === true ? 2 : 0;
    return [timeMs, order, isByEvent ? last.at : 0, kind === 'match' ? 0 : 1];
  }

  #skips(match: readonly Taken[], start: number): boolean {
    const { skip, steps } = this.#definition;
    switch (skip.kind) {
      case 'none':
        return false;
      case 'toNext':
        return start === match[0]?.at;
      case 'pastLast':
        return start <= (match.at(-1) as Taken).at;
      default: {
        const ofStep = match.filter(({ step }) => steps[step]?.name === skip.step);
        return start < (ofStep.at(skip.kind === 'toFirst' ? 0 : -1) as Taken).at;
      }
    }
  }

  #contiguity(from: number, step: number): Contiguity {
    return from === step ? this.#step(step).times.contiguity : this.#step(step).contiguity;
  }

  #timeOf(at: number): number {
    return (this.#rows[at] as LogRow).timeMs;
  }

  #step(index: number): PatternStep {
    return this.#definition.steps[index] as PatternStep;
  }
}

function startOf({ taken }: ReferenceResult): number {
  return (taken[0] as Taken).at;
}

function countOf(taken: readonly Taken[], step: number): number {
  return taken.filter((one) => one.step === step).length;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
