import type { ExpressionNode } from '../ir/node.ts';

/** The SQL engines that statements are written for. What an aggregate says differently in each, it keeps by this name. */
export type DialectName = 'DuckDB' | 'Athena';

/** The part of a dialect (`engine/sql/dialect.ts`) that aggregates write with. Arguments and results are SQL. */
export interface AggregateDialect {
  readonly name: DialectName;
  /** ISO-8601 UTC with milliseconds. The years 0 to 9999 look as `formatInstant` writes them. */
  msToIso(ms: string): string;
  /** The first code points of a text, so many of them. */
  startOf(text: string, length: number): string;
  /** An object inside of what is made JSON as a whole, given as the SQL of its fields. */
  jsonPart(fields: Readonly<Record<string, string>>): string;
  /** JSON list of objects, each given as the SQL of its fields. */
  jsonObjects(objects: readonly Readonly<Record<string, string>>[]): string;
}

/** What one aggregate of a statement is made of; `engine/sql/aggregate.ts` makes it of the column. */
export interface AggregateSql {
  readonly dialect: AggregateDialect;
  /** The aggregate has no expression: it takes events. */
  readonly ofEvents: boolean;
  /** Of events: the literal true. */
  readonly argument: ExpressionNode;
  /** The argument as SQL; of events `*`, as in `count(*)`. */
  readonly value: string;
  /** The two values of a pair as SQL; otherwise none. */
  readonly operands: readonly string[];
  /** False only where a value is always there: a field that the schema requires, or a default. */
  readonly canBeNull: boolean;
  /** ` FILTER (WHERE …)` of the column's condition, or empty: it goes behind the aggregate function. */
  readonly filter: string;
  /** The same with more conditions. */
  filterAnd(conditions: readonly ExpressionNode[]): string;
  /** A number as SQL. */
  number(value: number): string;
  /** The column with the event's time in milliseconds. */
  readonly eventTime: string;
  /** The window's length in milliseconds, which can be divided by. */
  readonly windowMs: string;
  /** Count approximate numbers of different values exactly: to check an approximation against. */
  readonly exactDistinct: boolean;
}
