import type { SqlEvents } from '../windows/window-sql.ts';
import { unusedName } from './columns.ts';
import type { Dialect } from './dialect.ts';
import type { Cte } from './stages.ts';
import { select } from './text.ts';

/** The events of a view, before they get into windows. */
export interface EventSelect extends Pick<SqlEvents, 'from' | 'eventTime' | 'groups'> {
  /** Names of the columns of `from`. */
  readonly names: readonly string[];
  /** Goes before the names of what is selected. */
  readonly prefix: string;
  readonly dialect: Dialect;
}

/** What a kind of window builds its part of a statement with; `ctes` are the SELECTs that it has added. */
export function windowEvents(events: EventSelect): { readonly events: SqlEvents; readonly ctes: readonly Cte[] } {
  const { from, eventTime, groups, names, prefix, dialect } = events;
  const ctes: Cte[] = [];
  const add = (wish: string, sql: string) => {
    const name = `${prefix}${wish}`;
    ctes.push({ name, sql });
    return name;
  };
  return {
    ctes,
    events: {
      dialect: dialect.name,
      from,
      eventTime,
      groups,
      unusedName: (wish) => unusedName(wish, names),
      floorTo,
      withColumn: (name, source, column) => add(name, select({ columns: ['*', column], from: source })),
      expand: (name, source, column, series) => add(name, dialect.expand(source, column, series)),
    },
  };
}

/** SQL's remainder has the sign of the dividend, so before 1970 one step is added: a floor, not a cut. */
function floorTo(time: string, stepMs: number, offsetMs: number): string {
  const sinceOffset = offsetMs === 0 ? time : `(${time} - ${offsetMs})`;
  return `${time} - (${sinceOffset} % ${stepMs} + ${stepMs}) % ${stepMs}`;
}
