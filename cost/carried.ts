import { GIB } from '../contracts/prices.ts';
import { rowOperatorsIn } from '../engine/ir/node.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import type { CostInput } from './input.ts';
import { along } from './interpolate.ts';
import { type CarriedKind, MEASURED } from './measured.ts';
import { rowsOf } from './traffic.ts';

/** What pages of carried state come to in a month. */
export interface CarriedPages {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly puts: number;
  readonly gets: number;
  readonly objectGigabytes: number;
}

const NO_PAGES: CarriedPages = { writeUnits: 0, readUnits: 0, puts: 0, gets: 0, objectGigabytes: 0 };

/** Of all views: those of 1,000 rows as measured, between 1,000 and 100,000 groups. */
export function carriedPages(input: CostInput): CarriedPages {
  return input.pipeline.views.reduce((sum, view) => {
    const kind = carriedKindOf(view);
    if (kind === null) return sum;
    const { rows, emptyRows } = rowsOf(view, input);
    const of = MEASURED.carried.kinds[kind];
    const groups = view.groupBy.length === 0 ? 1 : input.groups;
    const thousands = (rows + emptyRows) / 1000;
    const units = (values: readonly number[]) => thousands * along(MEASURED.carried.groups, values, groups);
    return {
      writeUnits: sum.writeUnits + units(of.writeUnits),
      readUnits: sum.readUnits + units(of.readUnits),
      puts: sum.puts + units(of.puts),
      gets: sum.gets + units(of.gets),
      objectGigabytes: sum.objectGigabytes + (units(of.kilobytesPut) * 1024) / GIB,
    };
  }, NO_PAGES);
}

/** What a view carries from window to window; null where nothing. Of several things, what costs most. */
export function carriedKindOf({ window, derived, emptyWindows }: ViewDefinition): CarriedKind | null {
  if (window.kind === 'session') return 'sessions';
  if (window.kind === 'global') return 'totals';
  const operators = derived.flatMap(({ node }) => rowOperatorsIn(node));
  if (operators.length > 0) return operators.every(({ kind }) => kind === 'change') ? 'changes' : 'rolling';
  return emptyWindows === 'zero' ? 'zeroRows' : null;
}
