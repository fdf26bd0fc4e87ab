import type { ExpressionNode, NamedNode } from '../ir/node.ts';
import { columnsIn } from './columns.ts';
import { compileExpression, type SqlScope } from './compile-expression.ts';
import { largestMagnitude } from './magnitude.ts';
import { identifier, select } from './text.ts';

/** A named SELECT of the statement's WITH. */
export interface Cte {
  readonly name: string;
  readonly sql: string;
}

export type Step =
  | { readonly step: 'where'; readonly condition: ExpressionNode }
  | ({ readonly step: 'derive' } & NamedNode);

interface Stage {
  readonly derived: NamedNode[];
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
    for (const { name, node } of stage.derived) {
      derived.add(name);
      if (node.type.kind === 'number') bounds.set(name, largestMagnitude(node, bounds));
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
    const node = step.step === 'where' ? step.condition : step.node;
    let stage = stages.at(-1);
    if (stage === undefined || columnsIn(node).some((name) => made.has(name))) {
      stage = { derived: [], conditions: [] };
      stages.push(stage);
      made = new Set();
    }
    if (step.step === 'where') {
      stage.conditions.push(node);
    } else {
      stage.derived.push({ name: step.name, node });
      made.add(step.name);
    }
  }
  return stages;
}

function compileStage({ derived, conditions }: Stage, from: string, scope: SqlScope): string {
  const columns = ['*', ...derived.map(({ name, node }) => `${compileExpression(node, scope)} AS ${identifier(name)}`)];
  return select({
    columns,
    from,
    where: conditions.map((condition) => {
      const sql = compileExpression(condition, scope);
      return condition.op === 'or' && conditions.length > 1 ? `(${sql})` : sql;
    }),
  });
}
