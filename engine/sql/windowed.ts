import type { ViewDefinition } from '../definition/view-definition.ts';
import { gridOf } from '../windows/aligned.ts';
import { compileExpression, type SqlScope } from './compile-expression.ts';
import { type Cte, select } from './stages.ts';

/** How events get into windows: what comes before the grouped SELECT, and what that is made of. */
export interface Windowed {
  /** SELECTs from the events on, each from the one before. */
  readonly ctes: readonly Cte[];
  readonly from: string;
  /** The window's columns, as SQL with their names. */
  readonly columns: readonly string[];
  /** What makes a group beside the view's own groups, as in GROUP BY. */
  readonly keys: readonly string[];
  /** The window's length in milliseconds. */
  readonly windowMs: string;
}

/** Names of columns that no view can have, for they hold a space. */
const BEGINS_SESSION = '"begins session"';
const SESSION = '"session number"';

/** `from` names the events; `prefix` goes before the names of what is selected from them. */
export function windowed(
  view: ViewDefinition,
  from: string,
  prefix: string,
  eventTime: string,
  scope: SqlScope,
): Windowed {
  switch (view.window.kind) {
    case 'tumbling': {
      const { sizeMs, offsetMs } = view.window;
      const start = floorTo(eventTime, sizeMs, offsetMs);
      const columns = [`${start} AS "window_start"`, `${start} + ${sizeMs} AS "window_end"`];
      return { ctes: [], from, columns, keys: ['1', '2'], windowMs: String(sizeMs) };
    }
    case 'sliding': {
      const { sizeMs, slideMs, offsetMs } = gridOf(view.window);
      const first = `${floorTo(`(${eventTime} - ${sizeMs})`, slideMs, offsetMs)} + ${slideMs}`;
      const starts = `unnest(generate_series(${first}, ${floorTo(eventTime, slideMs, offsetMs)}, ${slideMs}))`;
      // One row for each window that holds the event; none in a gap between windows.
      const cte = { name: `${prefix}windowed`, sql: select({ columns: ['*', `${starts} AS "window_start"`], from }) };
      const columns = ['"window_start"', `"window_start" + ${sizeMs} AS "window_end"`];
      return { ctes: [cte], from: cte.name, columns, keys: ['1', '2'], windowMs: String(sizeMs) };
    }
    case 'session':
      return sessions(view, view.window.gapMs, from, prefix, eventTime, scope);
    case 'global': {
      const { emitEveryMs } = view.window;
      const columns = [`max(${floorTo(eventTime, emitEveryMs, 0)}) + ${emitEveryMs} AS "as_of"`];
      return { ctes: [], from, columns, keys: [], windowMs: 'NULL' };
    }
  }
}

/** An event begins a session where the group's event before it lies more than a gap earlier; the sessions are numbered. */
function sessions(
  view: ViewDefinition,
  gapMs: number,
  from: string,
  prefix: string,
  eventTime: string,
  scope: SqlScope,
): Windowed {
  const groups = view.groupBy.map(({ node }) => compileExpression(node, scope));
  const over = `OVER (${groups.length > 0 ? `PARTITION BY ${groups.join(', ')} ` : ''}ORDER BY ${eventTime}`;
  const begins = `CASE WHEN ${eventTime} - lag(${eventTime}) ${over}) <= ${gapMs} THEN 0 ELSE 1 END AS ${BEGINS_SESSION}`;
  const number = `sum(${BEGINS_SESSION}) ${over} ROWS UNBOUNDED PRECEDING) AS ${SESSION}`;
  const marked = { name: `${prefix}marked`, sql: select({ columns: ['*', begins], from }) };
  const numbered = { name: `${prefix}numbered`, sql: select({ columns: ['*', number], from: marked.name }) };
  const columns = [
    `min(${eventTime}) AS "window_start"`,
    `max(${eventTime}) + ${gapMs} AS "window_end"`,
    `min(${eventTime}) AS "first_event_time"`,
    `max(${eventTime}) AS "last_event_time"`,
  ];
  const windowMs = `(max(${eventTime}) - min(${eventTime}) + ${gapMs})`;
  return { ctes: [marked, numbered], from: numbered.name, columns, keys: [SESSION], windowMs };
}

/** SQL's remainder has the sign of the dividend, so before 1970 one step is added: a floor, not a cut. */
function floorTo(time: string, stepMs: number, offsetMs: number): string {
  const sinceOffset = offsetMs === 0 ? time : `(${time} - ${offsetMs})`;
  return `${time} - (${sinceOffset} % ${stepMs} + ${stepMs}) % ${stepMs}`;
}
