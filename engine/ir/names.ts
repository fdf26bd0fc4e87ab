import { DefinitionError } from './errors.ts';

/** Names become parts of keys, file names, table columns and CloudFormation names, so they are plain. */
export function checkName(name: string, where: string): void {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) {
    throw new DefinitionError(
      `${where}: a name has 1 to 63 characters, lower-case letters, digits and _, and begins with a letter.`,
    );
  }
}

/** Columns that every result has, now or in a later version. A view's column cannot have their names. */
const RESERVED_COLUMNS = [
  'window_start',
  'window_end',
  'first_event_time',
  'last_event_time',
  'as_of',
  'revision',
  'late_events',
  'is_final',
  'partial',
] as const;

export type ReservedColumn = (typeof RESERVED_COLUMNS)[number];

/** Columns that each row of an event as it is has before those that it selects: when it happened, and what tells the row from others. */
export const ROW_COLUMNS = ['event_time', 'row_id'] as const;
export type RowColumn = (typeof ROW_COLUMNS)[number];

/** Checks a column's name against the reserved ones and those already taken. */
export function checkColumn(name: string, taken: ReadonlySet<string>, where: string): void {
  if ((RESERVED_COLUMNS as readonly string[]).includes(name)) {
    throw new DefinitionError(`${where}: '${name}' is a column that every result has. Take another name.`);
  }
  if (name === '__proto__') {
    throw new DefinitionError(`${where}: JavaScript's objects cannot hold a column '__proto__'. Take another name.`);
  }
  if (taken.has(name)) throw new DefinitionError(`${where}: '${name}' is already a column. Take another name.`);
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) {
    throw new DefinitionError(
      `${where}: column '${name}' must have 1 to 63 characters, letters, digits and _, and not begin with a digit.`,
    );
  }
}
