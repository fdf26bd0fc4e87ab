import type { AggregateOperator } from '../aggregates/operator.ts';
import type { NamedAggregate, ViewDefinition } from '../definition/view-definition.ts';
import { Constants, canBeNull, compileExpression, compileFunction, type Scope } from '../expression/compile-js.ts';
import { hash32 } from '../hash/hash64.ts';
import { type Group, type Groups, groupText } from './group.ts';

/** Where a view's events go: the groups of the pane at a time, or null where the event is too late for its window. */
export interface PaneSelector {
  groupsAt(timeMs: number, bucket: number): Groups | null;
}

export type Accumulated = typeof FILTERED | typeof ADDED | typeof LATE;
/** The view's `where` did not let the event pass. */
export const FILTERED = 0;
export const ADDED = 1;
export const LATE = 2;

export type Accumulate = (event: object, timeMs: number, panes: PaneSelector) => Accumulated;

/**
 * Compiles filters, derived columns, grouping and aggregates of a view into one function: the hot path.
 *
 * @example of a view that counts by `page`, derived from `url`:
 * const c0 = $.urlPath(event["url"]);
 * const groups = panes.groupsAt(timeMs, 0);
 * if (groups === null) return 2;
 * let group = groups.get(c0);
 * if (group === undefined) groups.set(c0, group = newGroup([c0]));
 * add0(group.states[0], true, timeMs);
 * return 1;
 */
export function compileAccumulate(view: ViewDefinition, operators: readonly AggregateOperator[]): Accumulate {
  const constants = new Constants();
  const locals = new Map<string, string>();
  const scope: Scope = { root: 'event', locals, constants };
  const lines: string[] = [];
  for (const step of view.steps) {
    if (step.step === 'where') {
      lines.push(`if (${compileExpression(step.condition, scope)} !== true) return ${FILTERED};`);
    } else {
      const local = `c${locals.size}`;
      lines.push(`const ${local} = ${compileExpression(step.node, scope)};`);
      locals.set(step.name, local);
    }
  }
  lines.push(...groupLines(view, scope, operators));
  view.aggregates.forEach((aggregate, index) => {
    lines.push(aggregateLine(aggregate, index, scope, operators[index] as AggregateOperator));
  });
  lines.push(`return ${ADDED};`);
  return compileFunction<Accumulate>(['event', 'timeMs', 'panes'], lines.join('\n'), constants);
}

function groupLines(view: ViewDefinition, scope: Scope, operators: readonly AggregateOperator[]): string[] {
  const { constants } = scope;
  const newGroup = constants.add(
    (values: Group['values']): Group => ({ values, states: operators.map((operator) => operator.create()) }),
  );
  // −0 and 0 are one number and one key of a Map, but two texts: adding 0 makes them one.
  const values = view.groupBy.map(({ node }) =>
    node.type.kind === 'number' && !canBeNull(node, scope)
      ? `(${compileExpression(node, scope)} + 0)`
      : compileExpression(node, scope),
  );
  const lines = values.map((value, index) => `const g${index} = ${value};`);
  const list = `[${values.map((_, index) => `g${index}`).join(', ')}]`;
  const text = `${constants.add(groupText)}(${list})`;
  lines.push(`const key = ${values.length === 1 ? 'g0' : text};`);
  const bucket =
    view.buckets === 1 ? '0' : `${constants.add(hash32)}(${values.length === 1 ? text : 'key'}) % ${view.buckets}`;
  lines.push(
    `const groups = panes.groupsAt(timeMs, ${bucket});`,
    `if (groups === null) return ${LATE};`,
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
