import { matchedName } from '../ir/match-shape.ts';
import type { Value } from '../ir/node.ts';
import type { LogRow } from '../joins/event-log.ts';
import type { NestedFields } from '../joins/nested-fields.ts';
import type { CompiledPattern, CompiledStep } from './compiled-pattern.ts';
import type { Measure } from './measures.ts';
import type { Taken } from './partial-match.ts';

/**
 * What an expression over a match reads: `matched.<step>` for each step, and, in a condition, the fields of the event at hand.
 *
 * @example { 'matched.looks': { first: { page_url: '/a' }, last: …, previous: …, count: 3, … }, page_url: '/b' }
 */
export type MatchScope = Readonly<Record<string, unknown>>;

/** Makes the scope of a match of its last event. `into` has the fields of the event at hand, where there is one. */
export function scopeOf({ steps, fieldsOf }: CompiledPattern, last: Taken | null, into: object): MatchScope {
  const scope = into as Record<string, unknown>;
  for (const { definition } of steps) {
    if (!definition.isAbsent) scope[matchedName(definition.name)] = new StepScope(null, definition.measures, fieldsOf);
  }
  for (const taken of last?.steps() ?? []) {
    const { name, measures } = (steps[taken.step] as CompiledStep).definition;
    scope[matchedName(name)] = new StepScope(taken, measures, fieldsOf);
  }
  return scope;
}

/** Properties are worked out when they are read: a condition reads few of them. */
class StepScope {
  readonly #last: Taken | null;
  readonly #measures: readonly unknown[];
  readonly #fieldsOf: (row: LogRow) => NestedFields;

  /** @param last the step's last event; null where it took none. */
  constructor(last: Taken | null, measures: readonly unknown[], fieldsOf: (row: LogRow) => NestedFields) {
    this.#last = last;
    this.#measures = measures;
    this.#fieldsOf = fieldsOf;
  }

  get first(): NestedFields | null {
    return this.#fields(this.#last?.first.row);
  }

  get last(): NestedFields | null {
    return this.#fields(this.#last?.row);
  }

  /** The one before the last. */
  get previous(): NestedFields | null {
    return this.#fields(this.#last?.previous);
  }

  get count(): number {
    return this.#last?.count ?? 0;
  }

  /** Of nothing: 0. Null where it is beyond the range of doubles. */
  get sum(): readonly Value[] {
    return this.#of(({ sum }) => sum.value(), 0);
  }

  /** Of nothing, as least and greatest are: null. */
  get mean(): readonly Value[] {
    return this.#of(({ sum, count }) => sum.dividedBy(count));
  }

  get min(): readonly Value[] {
    return this.#of(({ least }) => least);
  }

  get max(): readonly Value[] {
    return this.#of(({ greatest }) => greatest);
  }

  #fields(row: LogRow | null | undefined): NestedFields | null {
    return row === null || row === undefined ? null : this.#fieldsOf(row);
  }

  #of(result: (measure: Measure) => Value, ofNothing: Value = null): readonly Value[] {
    return this.#measures.map((_, index) => {
      const measure = this.#last?.measures[index] ?? null;
      return measure === null ? ofNothing : result(measure);
    });
  }
}
