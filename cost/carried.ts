import { GIB } from '../contracts/prices.ts';
import { rowOperatorsIn } from '../engine/ir/node.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { rowOperatorOf } from '../engine/row-operators/registry.ts';
import { usualStepMs } from '../engine/windows/aligned.ts';
import { windowOf } from '../engine/windows/registry.ts';
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
    const share = kind === 'detectors' ? stateBytesOf(view) / MEASURED.carried.detectorBytes : 1;
    const thousands = (share * (rows + emptyRows)) / 1000;
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
export function carriedKindOf(view: ViewDefinition): CarriedKind | null {
  const { window, derived, emptyWindows } = view;
  if (window.kind === 'session') return 'sessions';
  if (window.kind === 'global') return 'totals';
  const operators = derived.flatMap(({ node }) => rowOperatorsIn(node));
  if (stateBytesOf(view) >= LARGE_STATE_BYTES) return 'detectors';
  if (operators.length > 0) return operators.every(({ kind }) => kind === 'change') ? 'changes' : 'rolling';
  return emptyWindows === 'zero' ? 'zeroRows' : null;
}

/** From here on a group's state is counted as that of a detector, in proportion to its bytes. */
const LARGE_STATE_BYTES = 1024;

/** What a group carries at most: of detectors and forecasts, what it carries after a while. */
function stateBytesOf({ window, derived }: ViewDefinition): number {
  const { grid } = windowOf(window);
  const slideMs = grid === null ? 0 : usualStepMs(grid);
  const texts = new Map(
    derived.flatMap(({ node }) => rowOperatorsIn(node)).map((node) => [JSON.stringify(node), node]),
  );
  return [...texts.values()].reduce((sum, node) => sum + rowOperatorOf(node, slideMs).maxStateBytes, 0);
}
