import type { ExpressionNode, NamedColumn } from '../ir/node.ts';
import { columnsIn } from './columns.ts';
import { compileExpression, fieldsOfOperator, type SqlScope } from './compile-expression.ts';
import { largestMagnitude } from './magnitude.ts';
import { identifier, select } from './text.ts';

/** A named SELECT of the statement's WITH. */
export interface Cte {
  readonly name: string;
  readonly sql: string;
}

/** Rows, or events as if they were rows, of a SELECT that others go on from. */
export interface SelectedRows {
  readonly ctes: readonly Cte[];
  /** The name of the SELECT that has them, and the names of its columns, such as `"clicks.page_url"`. */
  readonly name: string;
  readonly names: readonly string[];
  /** The column with the time of each, as SQL. */
  readonly eventTime: string;
}

export type Step =
  | { readonly step: 'where'; readonly condition: ExpressionNode }
  | ({ readonly step: 'derive' } & NamedColumn);

interface Stage {
  readonly derived: NamedColumn[];
  readonly conditions: ExpressionNode[];
}

/**
 * Filters and derived columns, one SELECT after the other from `from`: as few as there can be, for a column cannot be used
 * in the SELECT that makes it. Also tells the bounds of the columns that it makes.
 */
export function compileSteps(
  steps: readonly Step[],
  from: string,
  scope: SqlScope,
): { readonly ctes: readonly Cte[]; readonly last: string; readonly scope: SqlScope } {
  const bounds = new Map(scope.bounds);
  const derived = new Set(scope.derived);
  const inner: SqlScope = { ...scope, bounds, derived };
  const ctes: Cte[] = [];
  const counts = new Map<string, number>();
  let last = from;
  for (const stage of toStages(steps)) {
    const kind = stage.derived.length > 0 ? 'derived' : 'filtered';
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    for (const column of stage.derived) {
      for (const name of namesOf(column)) derived.add(name);
      const { name, node } = column;
      if (node.op !== 'structOperator' && node.type.kind === 'number') bounds.set(name, largestMagnitude(node, bounds));
    }
    const name = `${kind}_${from}${count === 1 ? '' : `_${count}`}`;
    ctes.push({ name, sql: compileStage(stage, last, inner) });
    last = name;
  }
  return { ctes, last, scope: inner };
}

function toStages(steps: readonly Step[]): Stage[] {
  const stages: Stage[] = [];
  let made = new Set<string>();
  for (const step of steps) {
    const columns = columnsIn(step.step === 'where' ? step.condition : step.node);
    let stage = stages.at(-1);
    if (stage === undefined || columns.some((name) => made.has(name))) {
      stage = { derived: [], conditions: [] };
      stages.push(stage);
      made = new Set();
    }
    if (step.step === 'where') {
      stage.conditions.push(step.condition);
    } else {
      stage.derived.push({ name: step.name, node: step.node });
      for (const name of namesOf(step)) made.add(name);
    }
  }
  return stages;
}

/** A struct is a column for each of its fields, named as its path in expressions. */
function compileColumn({ name, node }: NamedColumn, scope: SqlScope): string[] {
  if (node.op !== 'structOperator') return [`${compileExpression(node, scope)} AS ${identifier(name)}`];
  const fields = fieldsOfOperator(node, scope);
  return Object.entries(fields).map(([field, sql]) => `${sql} AS ${identifier(`${name}.${field}`)}`);
}

function namesOf({ name, node }: NamedColumn): string[] {
  return node.op === 'structOperator' ? Object.keys(node.type.fields).map((field) => `${name}.${field}`) : [name];
}

function compileStage({ derived, conditions }: Stage, from: string, scope: SqlScope): string {
  const columns = ['*', ...derived.flatMap((column) => compileColumn(column, scope))];
  return select({
    columns,
    from,
    where: conditions.map((condition) => {
      const sql = compileExpression(condition, scope);
      return condition.op === 'or' && conditions.length > 1 ? `(${sql})` : sql;
    }),
  });
}
