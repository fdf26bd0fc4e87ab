import {
  JOIN_SETTINGS,
  type Joined,
  type JoinSettings,
  joinedSource,
  maxPerKeyOf,
  type On,
  sidesOf,
} from '../dsl/joined-source.ts';
import { checkSettings, oneOf } from '../dsl/settings.ts';
import type { Source } from '../dsl/stream.ts';
import type { View } from '../dsl/view.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type IntervalRule, JOIN_TYPES, type JoinType } from '../ir/join-definition.ts';
import type { SourceDefinition } from '../ir/source-definition.ts';
import { handsOf, type ViewDefinition } from '../ir/view-definition.ts';
import { logWindow } from '../windows/log.ts';

export interface WindowJoinOptions<L, R, T extends JoinType> extends JoinSettings {
  /** Which rows are kept that match nothing: see `JoinType`. */
  readonly type: T;
  /** The key: by field of the left side, the field of the right one that it is equal to. A null in it matches nothing. */
  readonly on: On<L, R>;
}

/**
 * Puts the rows of two views with the same windows together: those of one window whose keys are equal. A row counts at the last
 * instant of its window, and is joined once it changes no more.
 *
 * Two rows of the same windows count at one instant if and only if they are of one window, so this is a join of an interval of
 * nothing.
 *
 * @example const both = windowJoin('both', requests, errors, { type: 'left', on: { host: 'host' } });
 */
export function windowJoin<
  const N extends string,
  LN extends string,
  L,
  RN extends string,
  R,
  const T extends JoinType,
>(
  name: N,
  left: View<LN, L>,
  right: View<RN, R>,
  options: WindowJoinOptions<L, R, T>,
): Source<N, Joined<LN, L, RN, R, T>> {
  const where = `join '${name}'`;
  checkSettings(options, ['type', 'on', ...JOIN_SETTINGS], where);
  const type = oneOf<JoinType>(options.type, JOIN_TYPES, `${where}: type`);
  const sides = sidesOf(name, { left, right, on: options.on });
  checkSameWindows(where, sides.left, sides.right);
  const rule: IntervalRule = { kind: 'interval', type, fromMs: 0, toMs: 0 };
  return joinedSource(name, { kind: 'join', ...sides, rule }, logWindow(0, 0, maxPerKeyOf(options, name)), options);
}

interface Side {
  readonly name: string;
  readonly source: SourceDefinition;
}

function checkSameWindows(where: string, ...sides: readonly Side[]): void {
  const windows = sides.map(({ name, source }) => {
    if (source.kind === 'view' && source.view.joined === undefined) {
      refuseOwnWindows(where, name, source.view);
      return JSON.stringify(source.view.window);
    }
    throw new DefinitionError(
      `${where}: '${name}' is no view, and has no windows. Give two views with the same windows, or use intervalJoin(…).`,
    );
  });
  if (new Set(windows).size === 1) return;
  throw new DefinitionError(
    `${where}: the windows of the two views are not the same: ${windows.join(' and ')}. Give both the same window, or use intervalJoin(…).`,
  );
}

function refuseOwnWindows(where: string, name: string, view: ViewDefinition): void {
  if (handsOf(view) === 'final') return;
  throw new DefinitionError(
    `${where}: '${name}' has ${view.window.kind} windows, and each group makes its own: no two rows are of one window. Use intervalJoin(…), in which a row counts at the last instant of its window.`,
  );
}
