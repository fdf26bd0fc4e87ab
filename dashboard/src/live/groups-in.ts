import { overview } from './store.ts';

/** The most groups that a window of a view had while the page is open: a chart does not change its kind for a quiet minute. */
const most = new Map<string, number>();

export function groupsIn(view: string): number {
  const cells = Object.values(overview.value?.views[view]?.cells ?? {});
  const now = cells.reduce((greatest, { groups }) => Math.max(greatest, groups), most.get(view) ?? 0);
  most.set(view, now);
  return now;
}
