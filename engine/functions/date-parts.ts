import type { JsonValue } from '../ir/node.ts';
import { type FunctionDescriptor, ifAny, type Settings, WHOLE } from './descriptor.ts';
import { checkZone, localSql, zoneOf } from './zone.ts';

/** A part of a date or time, of local time as if it were UTC. */
interface DatePart {
  of(localMs: number): number;
  /** Of a TIMESTAMP: in both dialects. */
  sql(local: string, dialect: 'DuckDB' | 'Athena'): string;
}

const DAY_MS = 86_400_000;

const ofDate = (read: (date: Date) => number) => (localMs: number) => read(new Date(localMs));
const within = (unitMs: number, count: number) => (localMs: number) => {
  const units = Math.floor(localMs / unitMs);
  return units - Math.floor(units / count) * count;
};
const extract = (part: string) => (local: string) => `extract(${part} FROM ${local})`;

/** 1970-01-01 was a Thursday. */
const dayOfWeek = (localMs: number) => within(1, 7)(Math.floor(localMs / DAY_MS) + 4);

const PARTS = {
  year: { of: ofDate((date) => date.getUTCFullYear()), sql: extract('year') },
  quarter: { of: ofDate((date) => Math.floor(date.getUTCMonth() / 3) + 1), sql: extract('quarter') },
  month: { of: ofDate((date) => date.getUTCMonth() + 1), sql: extract('month') },
  /** Of ISO 8601: the week of the year's first Thursday is 1. */
  week: { of: isoWeek, sql: extract('week') },
  day: { of: ofDate((date) => date.getUTCDate()), sql: extract('day') },
  dayOfYear: { of: dayOfYear, sql: extract('doy') },
  /** Sunday is 0. */
  dayOfWeek: {
    of: dayOfWeek,
    sql: (local, dialect) => (dialect === 'DuckDB' ? `dayofweek(${local})` : `day_of_week(${local}) % 7`),
  },
  hour: { of: within(3_600_000, 24), sql: extract('hour') },
  minute: { of: within(60_000, 60), sql: extract('minute') },
  second: { of: within(1000, 60), sql: extract('second') },
} as const satisfies Readonly<Record<string, DatePart>>;

export type DatePartName = keyof typeof PARTS;

function isoWeek(localMs: number): number {
  const thursday = Math.floor((Math.floor(localMs / DAY_MS) + 3) / 7) * 7 * DAY_MS;
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

function dayOfYear(localMs: number): number {
  const start = new Date(0).setUTCFullYear(new Date(localMs).getUTCFullYear(), 0, 1);
  return Math.floor((localMs - start) / DAY_MS) + 1;
}

function partIn(part: DatePart, zoneName: JsonValue | undefined): (timeMs: number) => number {
  if (zoneName === 'UTC') return part.of;
  const zone = zoneOf(zoneName);
  return (timeMs) => part.of(zone.localMs(timeMs));
}

/** A part of an instant's date or time in a zone. */
export const datePartFunction: FunctionDescriptor = {
  name: 'datePart',
  takes: ['instant'],
  settings: { least: 1, most: 2 },
  defaults: ['year', 'UTC'],
  checkSettings([part, zone]) {
    if (typeof part === 'string' && Object.hasOwn(PARTS, part)) return checkZone(zone);
    return `takes one of ${Object.keys(PARTS).join(', ')}`;
  },
  type: WHOLE,
  isExact: true,
  canBeNull: ifAny,
  js: ([part, zone]) => partIn(PARTS[part as DatePartName], zone),
  sql: ([part, zone], { operands: [ms], dialect }) =>
    PARTS[part as DatePartName].sql(localSql(ms as string, zone as string, dialect), dialect),
};

function ofPart(name: 'hour' | 'dayOfWeek'): FunctionDescriptor {
  const asPart = (settings: Settings): Settings => [name, ...settings];
  return {
    name,
    takes: ['instant'],
    settings: { least: 0, most: 1 },
    defaults: ['UTC'],
    checkSettings: ([zone]) => checkZone(zone),
    type: WHOLE,
    isExact: true,
    canBeNull: ifAny,
    js: (settings) => datePartFunction.js(asPart(settings)),
    sql: (settings, sql) => datePartFunction.sql(asPart(settings), sql),
  };
}

export const hourFunction = ofPart('hour');
/** Sunday is 0. */
export const dayOfWeekFunction = ofPart('dayOfWeek');
