import { type ColumnNode, type NamedColumn, operandsOf, rowOperatorsIn, type StructOperatorNode } from '../ir/node.ts';
import { mapViews, sourceLabel, upstreamsOf } from '../ir/source-definition.ts';
import type { EventStep, ViewDefinition } from '../ir/view-definition.ts';
import { describeColumn, hasSql, unsaidFields } from '../row-operators/registry.ts';
import { columnsIn } from './columns.ts';
import { SqlError } from './errors.ts';

export interface Sayable {
  /** The view without what SQL cannot say, and so are the views that it takes rows of. */
  readonly view: ViewDefinition;
  /** Columns of its rows that are left out, and what each is, in words. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/**
 * What SQL can say of a view. A column over a group's rows that only a stream's state can say is left out, and so is what is
 * made of it.
 *
 * Throws a `SqlError` where the view's rows depend on such a column of another view: by its filter, groups or aggregates.
 */
export function sayableOf(given: ViewDefinition): Sayable {
  const view = given.selected === undefined ? given : { ...given, groupBy: [] };
  const source = mapViews(view.source, (upstream) => sayableOf(upstream).view);
  const { steps, unsaid } = sayableSteps(view);
  refuseRowsOf(view, unsaid);
  const leftOut = new Map<string, string>();
  // What tells rows of equal content apart is no column of SQL.
  if (view !== given) leftOut.set('row_id', 'key of a row');
  const derived = view.derived.flatMap((column): NamedColumn[] => {
    const words = wordsOfUnsaid(column.node, leftOut);
    if (words === null) return [saidPart(column, leftOut)];
    leftOut.set(column.name, words);
    return [];
  });
  if (view.having !== undefined) refuse(view, 'keeps rows by', view.having, leftOut);
  return { view: { ...view, source, steps, derived }, leftOut };
}

type Unsaid = ReadonlyMap<string, string>;

/** A struct without the fields that SQL cannot say, which are added to `leftOut` by their paths. */
function saidPart(column: NamedColumn, leftOut: Map<string, string>): NamedColumn {
  const { name, node } = column;
  if (node.op !== 'structOperator') return column;
  const unsaid = unsaidFields(node);
  for (const [field, words] of Object.entries(unsaid)) leftOut.set(`${name}.${field}`, unsaidWords(words, node));
  const fields = Object.entries(node.type.fields).filter(([field]) => !Object.hasOwn(unsaid, field));
  return { name, node: { ...node, type: { ...node.type, fields: Object.fromEntries(fields) } } };
}

function unsaidWords(words: string, of: StructOperatorNode): string {
  return `${words}, of ${describeColumn(of)}`;
}

/** Columns of events that are made of unsaid ones are left out: they count only where they are read. */
function sayableSteps(view: ViewDefinition): { readonly steps: readonly EventStep[]; readonly unsaid: Unsaid } {
  const unsaid = new Map(upstreamsOf(view.source).flatMap((upstream) => [...sayableOf(upstream).leftOut]));
  const steps = view.steps.filter((step) => {
    if (step.step === 'where') {
      refuse(view, 'filters by', step.condition, unsaid);
      return true;
    }
    if (step.step === 'explode') {
      refuse(view, 'explodes', step.list, unsaid);
      return true;
    }
    const words = wordsOfUnsaid(step.node, unsaid);
    if (words !== null) unsaid.set(step.name, words);
    return words === null;
  });
  return { steps, unsaid };
}

function refuseRowsOf(view: ViewDefinition, unsaid: Unsaid): void {
  for (const { node } of view.groupBy) refuse(view, 'groups by', node, unsaid);
  for (const { node } of view.selected ?? []) refuse(view, 'selects', node, unsaid);
  for (const { column } of view.aggregates) {
    for (const node of [column.argument, column.condition]) if (node) refuse(view, 'aggregates', node, unsaid);
  }
}

function refuse(view: ViewDefinition, what: string, node: ColumnNode, unsaid: Unsaid): void {
  const column = readUnsaid(node, unsaid);
  if (column === undefined) return;
  throw new SqlError(
    `View '${view.name}' ${what} '${column}' of ${sourceLabel(view.source)}, the ${unsaid.get(column)}, which SQL cannot say: its rows depend on what only a stream's state knows. Leave that out of the view that is to be SQL.`,
  );
}

/** What an unsaid column is, in words; null of one that SQL can say. */
function wordsOfUnsaid(node: ColumnNode, unsaid: Unsaid): string | null {
  const operator = rowOperatorsIn(node).find((each) => !hasSql(each));
  if (operator !== undefined) return describeColumn(operator);
  const member = unsaidMember(node);
  if (member !== null) return member;
  const column = readUnsaid(node, unsaid);
  return column === undefined ? null : `value made of ${column}`;
}

/** What the first field that an expression takes of a row operator and that SQL cannot say is, in words. */
function unsaidMember(node: ColumnNode): string | null {
  if (node.op === 'member') {
    const words = unsaidFields(node.operand)[node.name];
    if (words !== undefined) return unsaidWords(words, node.operand);
  }
  return operandsOf(node).reduce<string | null>((found, inner) => found ?? unsaidMember(inner), null);
}

/** The first unsaid column that an expression reads: of a field of a struct, the struct. */
function readUnsaid(node: ColumnNode, unsaid: Unsaid): string | undefined {
  return columnsIn(node)
    .map((path) => (unsaid.has(path) ? path : (path.split('.')[0] as string)))
    .find((name) => unsaid.has(name));
}
