import { DefinitionError } from '../ir/errors.ts';
import { type NamedColumn, windowTotalsIn } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { traitsOf } from '../ir/window.ts';
import { Expression } from './build.ts';
import { rowOperand } from './row-operator.ts';
import { checkSettings } from './settings.ts';
import type { Num, NumberExpr } from './types.ts';

export interface ShareOptions {
  /**
   * Groups of the view by name: the total is that of the rows with the same values in them. Not set: of all rows of the window.
   */
  readonly within?: readonly string[];
}

/**
 * A group's share of the total over all groups of its window: 0.25 is a quarter. Null where the number is, and where the total is 0.
 * Rows that `having` leaves out count. The total is the exact sum, rounded once. A late event that changes one row changes the shares
 * of all rows of the window, and revises them.
 *
 * @example .derive((row) => ({ share: shareOfTotal(row.clicks) }))
 * @example .derive((row) => ({ share_of_country: shareOfTotal(row.clicks, { within: ['country'] }) }))
 */
export function shareOfTotal(of: Num, options: ShareOptions = {}): NumberExpr<number | null> {
  checkSettings(options, ['within'], 'shareOfTotal(…)');
  const operand = rowOperand(of, 'number', 'shareOfTotal(…)');
  const { within = [] } = options;
  if (!Array.isArray(within) || new Set(within).size < within.length) {
    throw new DefinitionError(
      `shareOfTotal(…): within is ${JSON.stringify(within)}, and must be a list of the view's groups, each once: { within: ['country'] }.`,
    );
  }
  const type = { kind: 'number', nullable: true } as const;
  const right = { op: 'windowTotal', operand, within, type } as const;
  return new Expression({ op: 'arithmetic', operator: 'div', left: operand, right, type }) as unknown as NumberExpr<
    number | null
  >;
}

/** A share is of rows that one finalizer knows all of, and that are made together. */
export function checkShares(view: ViewDefinition, { name, node }: NamedColumn, where: string): void {
  const totals = windowTotalsIn(node);
  if (totals.length === 0) return;
  const what = `${where}: '${name}' is a share of all groups of a window`;
  const reason = traitsOf(view.window).refuses.shares;
  if (reason !== null) {
    throw new DefinitionError(`${what}, and ${reason}. Use windows such as tumbling('5 minutes').`);
  }
  if (view.buckets > 1) {
    throw new DefinitionError(
      `${what}, and buckets is ${view.buckets}, which divides the groups: nobody knows all of them. Leave buckets out.`,
    );
  }
  const groups = view.groupBy.map((group) => group.name);
  const unknown = totals.flatMap(({ within }) => within).find((group) => !groups.includes(group));
  if (unknown === undefined) return;
  throw new DefinitionError(
    `${where}: '${name}' is a share within '${unknown}', which is no group of the view. Its groups are ${groups.join(', ') || 'none'}.`,
  );
}
