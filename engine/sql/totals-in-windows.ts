import type { ViewDefinition } from '../ir/view-definition.ts';
import type { WindowDefinition } from '../ir/window.ts';
import { windowOf } from '../windows/registry.ts';
import type { SqlWindows } from '../windows/window-sql.ts';
import type { Cte } from './stages.ts';
import { select } from './text.ts';
import { type EventSelect, windowEvents } from './window-events.ts';

/**
 * Totals as a view takes them: in each of its windows, of each group with an event in it, over all events up to there. An event counts
 * at the last instant of its interval, so it lies in the window which that is in.
 */
export function totalsInWindows(
  { window }: ViewDefinition,
  takenIn: WindowDefinition,
  events: EventSelect,
): { readonly windows: SqlWindows; readonly ctes: readonly Cte[] } {
  const { prefix } = events;
  const plain = windowEvents(events);
  const { eventTime, floorTo, unusedName } = plain.events;
  const everyMs = windowOf(window).panes.paneMs;
  const [at, inWindow, asOf] = ['counts at', 'in window', 'as of window'].map(unusedName) as [string, string, string];
  const groups = events.groups.map((_, index) => unusedName(`group ${index + 1}`));
  const [placed, marked, changed, soFar] = ['placed', 'marked', 'changed', 'so_far'].map(
    (name) => `${prefix}${name}`,
  ) as [string, string, string, string];
  const countsAt = `${floorTo(eventTime, everyMs, 0)} + ${everyMs - 1} AS ${at}`;
  const taking = windowEvents({ ...events, from: placed, eventTime: at });
  const windows = windowOf(takenIn).sql(taking.events);
  const start = startOf(windows);
  const ofGroups = groups.map((group, index) => `${events.groups[index]} AS ${group}`);
  const isSame = [...groups.map((group) => `e.${group} IS NOT DISTINCT FROM c.${group}`), `e.${inWindow} <= c.${asOf}`];
  const total = windowOf(window).sql({ ...plain.events, from: soFar });
  return {
    windows: { ...total, keys: [asOf] },
    ctes: [
      { name: placed, sql: select({ columns: ['*', countsAt], from: events.from }) },
      ...taking.ctes,
      { name: marked, sql: select({ columns: ['*', ...ofGroups, `${start} AS ${inWindow}`], from: windows.from }) },
      { name: changed, sql: select({ columns: [`DISTINCT ${inWindow} AS ${asOf}`, ...groups], from: marked }) },
      {
        name: soFar,
        sql: select({
          columns: ['e.*', `c.${asOf}`],
          from: `${marked} e JOIN ${changed} c ON ${isSame.join(' AND ')}`,
        }),
      },
    ],
  };
}

/** The start of the window that an event is in, as SQL: the first column without its name. */
function startOf({ columns: [first = ''] }: SqlWindows): string {
  return first.slice(0, first.lastIndexOf(' AS '));
}
