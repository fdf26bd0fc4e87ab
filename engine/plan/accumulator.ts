import type { AggregateOperator } from '../aggregates/operator.ts';
import { type Group, type Groups, groupText } from '../codec/group.ts';
import {
  Constants,
  canBeNull,
  canBeWide,
  compileExpression,
  compileFunction,
  type Scope,
} from '../expression/compile-js.ts';
import { hash32 } from '../hash/hash64.ts';
import type { NamedAggregate, ViewDefinition } from '../ir/view-definition.ts';
import { append } from '../lists/append.ts';
import { type Accumulated, ADDED, FILTERED, LATE, PARTLY_LATE } from './accumulated.ts';
import { type StepScope, stepLines, stepScope } from './steps.ts';

/** Where a view's events go. */
export interface PaneSelector {
  /** The groups of an event's pane; null if it is in no window: too late for all, or in a gap between windows. */
  groupsAt(timeMs: number, bucket: number): Groups | null;
  /** How many windows the last event of `groupsAt` has missed. */
  readonly missed: number;
  /** Counts the last event of `groupsAt` as one that its group missed. */
  noteMissed(timeMs: number, bucket: number, values: Group['values']): void;
}

export type Accumulate = (event: object, timeMs: number, panes: PaneSelector) => Accumulated;

/**
 * Compiles filters, derived columns, grouping and aggregates of a view into one function: the hot path. Operators
 * beyond those of the definition's aggregates are given the events' times.
 *
 * @example of a view that counts by `page`, derived from `url`:
 * const c0 = $.urlPath(event["url"]);
 * const groups = panes.groupsAt(timeMs, 0);
 * if (panes.missed > 0) panes.noteMissed(timeMs, 0, [c0]);
 * if (groups === null) return panes.missed > 0 ? 2 : 0;
 * let group = groups.get(c0);
 * if (group === undefined) groups.set(c0, group = newGroup([c0]));
 * add0(group.states[0], true, timeMs);
 * return panes.missed > 0 ? 3 : 1;
 */
export function compileAccumulate(view: ViewDefinition, operators: readonly AggregateOperator[]): Accumulate {
  const constants = new Constants();
  const scope = stepScope(view, constants);
  const lines = stepLines(view, scope);
  append(lines, groupLines(view, scope, operators));
  view.aggregates.forEach((aggregate, index) => {
    lines.push(aggregateLine(aggregate, index, scope, operators[index] as AggregateOperator));
  });
  for (let index = view.aggregates.length; index < operators.length; index++) {
    lines.push(`${constants.add((operators[index] as AggregateOperator).add)}(states[${index}], timeMs, timeMs);`);
  }
  lines.push(scope.exit(`panes.missed > 0 ? ${PARTLY_LATE} : ${ADDED}`));
  append(lines, scope.ends);
  return compileFunction<Accumulate>(['event', 'timeMs', 'panes'], lines.join('\n'), constants);
}

function groupLines(view: ViewDefinition, scope: StepScope, operators: readonly AggregateOperator[]): string[] {
  const { constants } = scope;
  const newGroup = constants.add(
    (values: Group['values']): Group => ({ values, states: operators.map((operator) => operator.create()) }),
  );
  // −0 and 0 are one number and one key of a Map, but two texts: adding 0 makes them one.
  const values = view.groupBy.map(({ node }) => {
    const value = compileExpression(node, scope);
    if (node.type.kind !== 'number' || canBeNull(node, scope)) return value;
    return canBeWide(node) ? `$.positiveZero(${value})` : `(${value} + 0)`;
  });
  const lines = values.map((value, index) => `const g${index} = ${value};`);
  const list = `[${values.map((_, index) => `g${index}`).join(', ')}]`;
  // A view without groups has one key for all of its events.
  const text = values.length === 0 ? JSON.stringify(groupText([])) : `${constants.add(groupText)}(${list})`;
  lines.push(`const key = ${values.length === 1 ? 'g0' : text};`);
  const bucket =
    view.buckets === 1 ? '0' : `${constants.add(hash32)}(${values.length === 1 ? text : 'key'}) % ${view.buckets}`;
  lines.push(
    `const bucket = ${bucket};`,
    'const groups = panes.groupsAt(timeMs, bucket);',
    `if (panes.missed > 0) panes.noteMissed(timeMs, bucket, ${list});`,
    `if (groups === null) ${scope.exit(`panes.missed > 0 ? ${LATE} : ${FILTERED}`)}`,
    'let group = groups.get(key);',
    `if (group === undefined) groups.set(key, group = ${newGroup}(${list}));`,
    'const states = group.states;',
  );
  return lines;
}

function aggregateLine({ column }: NamedAggregate, index: number, scope: Scope, operator: AggregateOperator): string {
  const { argument, condition } = column;
  const add = scope.constants.add(operator.add.bind(operator));
  const value = argument ? compileExpression(argument, scope) : 'true';
  const call =
    argument && canBeNull(argument, scope)
      ? `{ const v = ${value}; if (v !== null) ${add}(states[${index}], v, timeMs); }`
      : `${add}(states[${index}], ${value}, timeMs);`;
  return condition ? `if (${compileExpression(condition, scope)} === true) ${call}` : call;
}
