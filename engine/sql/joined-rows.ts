import {
  type AsOfRule,
  type IntervalRule,
  type JoinSide,
  type JoinSource,
  keepsUnmatched,
} from '../ir/join-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { unusedName } from './columns.ts';
import type { Cte, SelectedRows } from './stages.ts';
import { identifier, select } from './text.ts';

/** The events of one side: a SELECT with a column for each field, named as its path, and the event's time as SQL. */
export interface SideRows {
  readonly name: string;
  readonly eventTime: string;
}

interface Sides {
  readonly left: SideRows;
  readonly right: SideRows;
}

/**
 * The rows of a join, each once, with those that match nothing where the join keeps them. The columns of both sides stand under
 * their paths in the joined row.
 *
 * @param prefix goes before the names of what is selected.
 */
export function joinedRows(join: JoinSource<ViewDefinition>, sides: Sides, prefix: string): SelectedRows {
  const { rule } = join;
  const columns = [
    ...columnsOf(join.left, 'l'),
    ...columnsOf(join.right, 'r'),
    // A statement leaves nothing out.
    { name: 'truncated', sql: 'FALSE' },
    ...(keepsUnmatched(rule, 'right') ? [presenceOf(join.left, `l.${sides.left.eventTime}`)] : []),
    ...(keepsUnmatched(rule, 'left') ? [presenceOf(join.right, `r.${sides.right.eventTime}`)] : []),
  ];
  const names = columns.map(({ name }) => name);
  const eventTime = unusedName('row time', names);
  const output = columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const parts = { join, sides, output, eventTime, prefix };
  const ctes = rule.kind === 'interval' ? [intervalRows(parts, rule)] : asOfRows(parts, rule);
  return { ctes, name: (ctes.at(-1) as Cte).name, names, eventTime };
}

interface Parts {
  readonly join: JoinSource<ViewDefinition>;
  readonly sides: Sides;
  readonly output: readonly string[];
  readonly eventTime: string;
  readonly prefix: string;
}

const SQL_JOINS = { inner: 'INNER JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN' } as const;

function intervalRows({ join, sides, output, eventTime, prefix }: Parts, { type, fromMs, toMs }: IntervalRule): Cte {
  const [leftMs, rightMs] = [`l.${sides.left.eventTime}`, `r.${sides.right.eventTime}`];
  const on = [...equalKeys(join), `${rightMs} BETWEEN ${leftMs} + (${fromMs}) AND ${leftMs} + (${toMs})`];
  const columns = [...output, `COALESCE(${leftMs}, ${rightMs}) AS ${eventTime}`];
  const from = `${sides.left.name} l\n${SQL_JOINS[type]} ${sides.right.name} r ON ${on.join(' AND ')}`;
  return { name: `${prefix}joined`, sql: select({ columns, from }) };
}

/** The last of the right rows that a left row could take, ordered by time and then by what the join keeps of them. */
function asOfRows(parts: Parts, { type, toleranceMs, allowExactMatches }: AsOfRule): readonly Cte[] {
  const { join, sides, output, eventTime, prefix } = parts;
  const numbered = {
    name: `${prefix}numbered`,
    sql: select({ columns: ['*', 'row_number() OVER () AS "left row"'], from: sides.left.name }),
  };
  const [leftMs, rightMs] = [`l.${sides.left.eventTime}`, `r.${sides.right.eventTime}`];
  const on = [
    ...equalKeys(join),
    `${rightMs} ${allowExactMatches ? '<=' : '<'} ${leftMs}`,
    ...(toleranceMs === null ? [] : [`${rightMs} >= ${leftMs} - ${toleranceMs}`]),
  ];
  const latest = [
    `${rightMs} DESC`,
    // Lists and objects have no order in SQL.
    ...join.right.columns
      .filter(({ type }) => type.kind !== 'json')
      .map(({ path }) => `r.${identifier(path.join('.'))} DESC NULLS LAST`),
  ];
  const rank = `row_number() OVER (PARTITION BY l."left row" ORDER BY ${latest.join(', ')}) AS "how late"`;
  const candidates = {
    name: `${prefix}candidates`,
    sql: select({
      columns: [...output, `${leftMs} AS ${eventTime}`, rank],
      from: `${numbered.name} l\n${SQL_JOINS[keepsUnmatched({ type }, 'left') ? 'left' : 'inner']} ${sides.right.name} r ON ${on.join(' AND ')}`,
    }),
  };
  const joined = {
    name: `${prefix}joined`,
    sql: select({ columns: ['*'], from: candidates.name, where: ['"how late" = 1'] }),
  };
  return [numbered, candidates, joined];
}

function equalKeys({ left, right }: JoinSource<ViewDefinition>): readonly string[] {
  return left.on.map(({ path }, index) => {
    const other = right.on[index] as (typeof right.on)[number];
    return `l.${identifier(path.join('.'))} = r.${identifier(other.path.join('.'))}`;
  });
}

/** A column of a side that is null where a row lacks the side. */
function presenceOf({ name }: JoinSide<ViewDefinition>, eventTime: string) {
  return { name, sql: `${eventTime} IS NOT NULL OR NULL` };
}

function columnsOf({ name, columns }: JoinSide<ViewDefinition>, alias: 'l' | 'r') {
  return columns.map(({ path }) => ({
    name: [name, ...path].join('.'),
    sql: `${alias}.${identifier(path.join('.'))}`,
  }));
}

/** The fields of a side that a statement needs. */
export function fieldsOfSide({ on, columns }: JoinSide<ViewDefinition>): string[] {
  return [...new Set([...on, ...columns].map(({ path }) => path.join('.')))];
}
