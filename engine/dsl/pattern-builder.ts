import { durationMs } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { StructShape } from '../ir/field-shape.ts';
import type { FieldNode } from '../ir/join-definition.ts';
import { matchShape } from '../ir/match-shape.ts';
import type { NamedNode } from '../ir/node.ts';
import {
  MAX_STEPS,
  type PatternDefinition,
  type PatternOutput,
  type PatternSource,
  type PatternStep,
  type SkipStrategy,
  type StepCondition,
} from '../ir/pattern-definition.ts';
import { type SourceDefinition, sourceShape } from '../ir/source-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { LogWindow } from '../ir/window.ts';
import { conditionOf, fieldsOf } from './build.ts';
import { callColumns } from './columns.ts';
import { WORDS } from './given.ts';
import { type LogSettings, LogView } from './log-view.ts';
import { MatchedFields } from './matched.ts';
import { checkKept, checkPattern, checkSelected, checkStepName } from './pattern-checks.ts';
import { columnsKept } from './pattern-columns.ts';
import { ANY_EVENT, stepCondition } from './pattern-condition.ts';
import { checkTimes, type GivenTimes, ONCE, skipOf } from './pattern-options.ts';
import { measuresOf, type SeenStep, seenSteps, soFar, withMeasures } from './pattern-seen.ts';
import { parseSequence } from './pattern-sequence.ts';
import type { TimesOptions, WithinOptions } from './pattern-types.ts';
import { callDefinition } from './recorder.ts';
import { checkSettings } from './settings.ts';
import { refuseRowOperators } from './view-builder.ts';

export interface PatternDraft {
  readonly name: string;
  readonly sourceName: string;
  readonly source: SourceDefinition;
  readonly partitionBy: readonly FieldNode[];
  readonly maxPartialMatches: number;
  readonly settings: LogSettings;
  /** The window of a log whose rows look so far back. */
  readonly windowOf: (reachMs: number) => LogWindow;
  readonly steps: readonly PatternStep[];
  readonly within: PatternDefinition['within'];
  readonly skip: SkipStrategy;
}

type Where = ((event: object, matched: object) => unknown) | undefined;

/** Collects the steps of a pattern; every method returns a new builder, so a half-made pattern can be shared. */
export class PatternBuilder {
  readonly #draft: PatternDraft;
  readonly #shape: StructShape;

  constructor(draft: PatternDraft) {
    this.#draft = draft;
    this.#shape = sourceShape(draft.source);
  }

  get [WORDS](): string {
    return `the pattern '${this.#draft.name}', which is not complete: it ends with .select(…)`;
  }

  begin(step: string, where?: Where): PatternBuilder {
    if (this.#draft.steps.length === 0) return this.#add('begin', step, where, { contiguity: 'followedBy' });
    throw new DefinitionError(
      `${this.#label('begin')}: the pattern has begun already. Go on with followedBy('${step}', …) or next('${step}', …).`,
    );
  }
  next(step: string, where?: Where): PatternBuilder {
    return this.#add('next', step, where, { contiguity: 'next' });
  }
  followedBy(step: string, where?: Where): PatternBuilder {
    return this.#add('followedBy', step, where, { contiguity: 'followedBy' });
  }
  followedByAny(step: string, where?: Where): PatternBuilder {
    return this.#add('followedByAny', step, where, { contiguity: 'followedByAny' });
  }
  notNext(step: string, where?: Where): PatternBuilder {
    return this.#add('notNext', step, where, { contiguity: 'next', isAbsent: true });
  }
  notFollowedBy(step: string, where?: Where): PatternBuilder {
    return this.#add('notFollowedBy', step, where, { contiguity: 'followedBy', isAbsent: true });
  }

  sequence(text: string, conditions: Readonly<Record<string, Where>>): PatternBuilder {
    const where = this.#label('sequence');
    const steps = parseSequence(text, where);
    const names = steps.map(({ name }) => name);
    checkSettings(conditions, names, `${where}, its conditions,`);
    const missing = names.find((name) => !Object.hasOwn(conditions, name));
    if (missing !== undefined) {
      throw new DefinitionError(
        `${where}: step '${missing}' has no condition. Give each step one: { ${names.map((name) => `${name}: (e) => …`).join(', ')} }.`,
      );
    }
    return steps.reduce((built: PatternBuilder, { name, isAbsent, contiguity, times, isOptional }) => {
      const added = built.#add('sequence', name, conditions[name], { contiguity, isAbsent });
      const repeated = times === null ? added : added.#times('sequence', [times.least, times.most], {});
      return isOptional ? repeated.optional() : repeated;
    }, this);
  }

  times(count: GivenTimes, options?: TimesOptions): PatternBuilder {
    const range: readonly [unknown, unknown] = Array.isArray(count) ? [count[0], count[1]] : [count, count];
    return this.#times('times', range, options);
  }
  timesOrMore(least: number, options?: TimesOptions): PatternBuilder {
    return this.#times('timesOrMore', [least, null], options);
  }
  oneOrMore(options?: TimesOptions): PatternBuilder {
    return this.#times('oneOrMore', [1, null], options);
  }

  optional(): PatternBuilder {
    return this.#changeLast('optional', () => ({ isOptional: true }));
  }

  greedy(): PatternBuilder {
    return this.#changeLast('greedy', ({ name, times }, label) => {
      if (times !== ONCE) return { times: { ...times, isGreedy: true } };
      throw new DefinitionError(
        `${label}: step '${name}' takes one event, and there is nothing to be greedy about. Call oneOrMore() or times(…) before it.`,
      );
    });
  }

  until(where: Where): PatternBuilder {
    let matched: MatchedFields | null = null;
    const changed = this.#changeLast('until', (step, label) => {
      if (step.times.most !== null) {
        throw new DefinitionError(
          `${label}: step '${step.name}' takes a number of events that is known, and there is no repetition to end. Use until after oneOrMore() or timesOrMore(…).`,
        );
      }
      const seen = [...seenSteps(this.#draft.steps).slice(0, -1), soFar(step.name)];
      const found = this.#condition(label, where, seen);
      matched = found.matched;
      return { until: found.condition };
    });
    return matched === null ? changed : changed.#with({ steps: withMeasures(changed.#draft.steps, matched) });
  }

  within(limit: string, options: WithinOptions = {}): PatternBuilder {
    const where = this.#label('within');
    checkSettings(options, ['includesLimit'], where);
    const { includesLimit = true } = options;
    if (typeof includesLimit !== 'boolean') {
      throw new DefinitionError(`${where}: includesLimit is ${String(includesLimit)}, and must be true or false.`);
    }
    return this.#with({ within: { limitMs: durationMs(limit, `${where}:`, 1), includesLimit } });
  }

  skip(strategy: unknown): PatternBuilder {
    return this.#with({ skip: skipOf(strategy, this.#label('skip')) });
  }

  select(columns?: (matched: object) => Record<string, unknown>): LogView {
    return this.#complete('select', 'matches', columns);
  }

  selectTimeouts(columns?: (matched: object) => Record<string, unknown>): LogView {
    const where = this.#label('selectTimeouts');
    if (this.#draft.within !== null) return this.#complete('selectTimeouts', 'timeouts', columns);
    throw new DefinitionError(
      `${where}: a match runs out of time where there is a limit. Call .within('5 minutes') first.`,
    );
  }

  #complete(
    method: string,
    output: PatternOutput,
    columns: ((matched: object) => Record<string, unknown>) | undefined,
  ): LogView {
    const { name, sourceName, source, partitionBy, within, skip, maxPartialMatches, settings, windowOf } = this.#draft;
    const where = this.#label(method);
    const { select, steps } = this.#selected(where, output, columns);
    const pattern: PatternDefinition = { steps, within, skip, maxPartialMatches };
    checkPattern(pattern, where);
    checkKept(this.#shape, pattern, select, where);
    const made: PatternSource<ViewDefinition> = {
      kind: 'pattern',
      name: sourceName,
      source,
      partitionBy,
      columns: columnsKept(this.#shape, pattern, select),
      pattern,
      output,
      select,
    };
    const window = windowOf(within?.limitMs ?? Number.MAX_SAFE_INTEGER);
    const draft = { name, what: 'pattern', source: made, key: partitionBy, window, shape: matchShape(made) };
    return new LogView(draft, settings);
  }

  #selected(
    where: string,
    output: PatternOutput,
    columns: ((matched: object) => Record<string, unknown>) | undefined,
  ): { readonly select: readonly NamedNode[]; readonly steps: readonly PatternStep[] } {
    const { steps, partitionBy } = this.#draft;
    if (columns === undefined) return { select: [], steps };
    const matched = new MatchedFields(where, this.#shape, measuresOf(steps));
    const key = new Set(partitionBy.map(({ path }) => path.at(-1) as string));
    const named = callColumns(where, columns, matched.of(seenSteps(this.#draft.steps), output === 'timeouts'), key);
    const select = named.map(({ name, node }): NamedNode => {
      checkSelected(name, where);
      refuseRowOperators(node, `${where}: '${name}'`);
      return { name, node };
    });
    return { select, steps: withMeasures(steps, matched) };
  }

  #add(
    method: string,
    name: string,
    where: Where,
    step: Pick<PatternStep, 'contiguity'> & { readonly isAbsent?: boolean },
  ) {
    const { steps } = this.#draft;
    const label = `${this.#label(method)}, step '${name}'`;
    checkStepName(name, steps, label);
    if (steps.length === MAX_STEPS) {
      throw new DefinitionError(`${label}: a pattern has at most ${MAX_STEPS} steps, and this would be one more.`);
    }
    const { isAbsent = false, contiguity } = step;
    const seen = isAbsent ? seenSteps(this.#draft.steps) : [...seenSteps(this.#draft.steps), soFar(name)];
    const { condition, matched } = this.#condition(label, where, seen);
    const added: PatternStep = {
      name,
      isAbsent,
      contiguity,
      condition,
      times: ONCE,
      isOptional: false,
      until: null,
      measures: [],
    };
    const all = [...steps, added];
    return this.#with({ steps: matched === null ? all : withMeasures(all, matched) });
  }

  /** The condition of a callback, and what it asked for of other steps. */
  #condition(
    label: string,
    where: Where,
    seen: readonly SeenStep[],
  ): { readonly condition: StepCondition; readonly matched: MatchedFields | null } {
    if (where === undefined) return { condition: ANY_EVENT, matched: null };
    const matched = new MatchedFields(label, this.#shape, measuresOf(this.#draft.steps));
    const event = fieldsOf(this.#shape, label);
    const node = callDefinition(label, where, event, (result) => conditionOf(result, label), matched.of(seen));
    refuseRowOperators(node, label);
    return { condition: stepCondition(node), matched };
  }

  #times(method: string, range: readonly [unknown, unknown], options: TimesOptions = {}): PatternBuilder {
    return this.#changeLast(method, (step, label) => {
      if (step.times !== ONCE) {
        throw new DefinitionError(`${label}: how many events step '${step.name}' takes is said already. Say it once.`);
      }
      return { times: checkTimes(range, options, label) };
    });
  }

  #changeLast(method: string, change: (step: PatternStep, label: string) => Partial<PatternStep>): PatternBuilder {
    const { steps } = this.#draft;
    const label = this.#label(method);
    const last = steps.at(-1);
    if (last === undefined) throw new DefinitionError(`${label}: there is no step yet. Call .begin('first', …) first.`);
    if (last.isAbsent) {
      throw new DefinitionError(
        `${label}: step '${last.name}' is one that must not come, and takes no events. Call ${method} right after the step that it is about.`,
      );
    }
    return this.#with({ steps: [...steps.slice(0, -1), { ...last, ...change(last, label) }] });
  }

  #label(method: string): string {
    return `pattern '${this.#draft.name}', ${method}()`;
  }

  #with(change: Partial<PatternDraft>): PatternBuilder {
    return new PatternBuilder({ ...this.#draft, ...change });
  }
}
