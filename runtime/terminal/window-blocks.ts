import type { ViewStatus, WindowStatus } from '../live-status.ts';

/** A window of a table and how many of its rows are shown. */
export interface WindowBlock {
  readonly window: WindowStatus;
  readonly open: boolean;
  readonly lines: number;
}

/** How many lines of rows a view could fill. */
export function wantedLines(view: ViewStatus): number {
  return [...view.open, ...view.closed].reduce((sum, window) => sum + linesOf(view, window), 0);
}

/**
 * Chooses what to show of a view in so many lines, latest window first. The open window that closes next comes before
 * all else, then the latest closed one; in a view with groups, windows share the lines so that some groups of each show.
 */
export function chooseBlocks(view: ViewStatus, lines: number): readonly WindowBlock[] {
  const windows = view.groupBy.length === 0 ? lines : Math.max(Math.min(lines, 2), Math.ceil(lines / 3));
  const openCount = Math.min(
    view.open.length,
    view.closed.length === 0 ? windows : Math.max(1, Math.floor(windows / 3)),
  );
  const open = view.open.slice(0, openCount).map((window) => ({ window, open: true }));
  const closed = view.closed.slice(0, Math.max(0, windows - open.length)).map((window) => ({ window, open: false }));
  const byPriority = [...open.slice(0, 1), ...closed, ...open.slice(1)].slice(0, lines);
  const given = shareLines(
    byPriority.map(({ window }) => linesOf(view, window)),
    lines,
  );
  return byPriority
    .map((block, index) => ({ ...block, lines: given[index] as number }))
    .sort((a, b) => b.window.startMs - a.window.startMs);
}

function linesOf(view: ViewStatus, window: WindowStatus): number {
  return view.groupBy.length === 0 ? 1 : Math.max(1, window.top.length);
}

/** Gives each its first line, then one more in turn, until all have what they want or none is left. */
export function shareLines(wanted: readonly number[], lines: number): number[] {
  const given = wanted.map(() => 0);
  let left = lines;
  for (let round = 1; left > 0 && wanted.some((want) => want >= round); round++) {
    wanted.forEach((want, index) => {
      if (left === 0 || want < round) return;
      given[index] = round;
      left--;
    });
  }
  return given;
}
