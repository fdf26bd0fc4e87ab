import type { SessionWindow } from '../../ir/window.ts';
import { unusedName } from '../columns.ts';
import { select } from '../text.ts';
import type { Windowed, WindowInput } from './windowed.ts';

/** An event begins a session where the group's event before it lies more than a gap earlier; the sessions are numbered. */
export function sessionWindows(
  { gapMs }: SessionWindow,
  { from, names, eventTime, groups, prefix }: WindowInput,
): Windowed {
  const begins = unusedName('begins session', names);
  const number = unusedName('session number', names);
  const partition = groups.length > 0 ? `PARTITION BY ${groups.join(', ')} ` : '';
  const over = `OVER (${partition}ORDER BY ${eventTime}`;
  const isFirst = `CASE WHEN ${eventTime} - lag(${eventTime}) ${over}) <= ${gapMs} THEN 0 ELSE 1 END AS ${begins}`;
  // RANGE, not ROWS: events of the same time come in any order, and all need the number of the one that begins.
  const count = `sum(${begins}) ${over} RANGE UNBOUNDED PRECEDING) AS ${number}`;
  const marked = { name: `${prefix}marked`, sql: select({ columns: ['*', isFirst], from }) };
  const numbered = { name: `${prefix}numbered`, sql: select({ columns: ['*', count], from: marked.name }) };
  const [first, last] = [`min(${eventTime})`, `max(${eventTime})`];
  const columns = [
    `${first} AS "window_start"`,
    `${last} + ${gapMs} AS "window_end"`,
    `${first} AS "first_event_time"`,
    `${last} AS "last_event_time"`,
  ];
  const windowMs = `(${last} - ${first} + ${gapMs})`;
  return { ctes: [marked, numbered], from: numbered.name, columns, keys: [number], windowMs };
}
