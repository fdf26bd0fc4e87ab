import { type FunctionDescriptor, INSTANT, ifAny } from './descriptor.ts';
import { checkZone, localSql, toMsSql, zoneOf } from './zone.ts';

const DAY_MS = 86_400_000;
/** Units of a fixed length, which are cut off local time without a look at the calendar. */
const LENGTHS: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000 };

/** The start of the unit of the calendar that holds a local time; weeks begin on Monday. */
const STARTS: Readonly<Record<string, (localMs: number) => number>> = {
  day: (localMs) => Math.floor(localMs / DAY_MS) * DAY_MS,
  week: (localMs) => (Math.floor((Math.floor(localMs / DAY_MS) + 3) / 7) * 7 - 3) * DAY_MS,
  month: (localMs) => startOfMonth(localMs, 1),
  quarter: (localMs) => startOfMonth(localMs, 3),
  year: (localMs) => startOfMonth(localMs, 12),
};

function startOfMonth(localMs: number, months: number): number {
  const date = new Date(localMs);
  return new Date(0).setUTCFullYear(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months, 1);
}

/** The unit's start, which holds an instant, by the local time of a zone. Where a day's midnight comes twice, the first of the two. */
export const truncateFunction: FunctionDescriptor = {
  name: 'truncate',
  takes: ['instant'],
  settings: { least: 1, most: 2 },
  defaults: ['day', 'UTC'],
  checkSettings([unit, zone]) {
    if (typeof unit === 'string' && (Object.hasOwn(LENGTHS, unit) || Object.hasOwn(STARTS, unit))) {
      return checkZone(zone);
    }
    return `takes one of ${[...Object.keys(LENGTHS), ...Object.keys(STARTS)].join(', ')}`;
  },
  type: INSTANT,
  canBeNull: ifAny,
  js([unit, zoneName]) {
    const length = LENGTHS[unit as string];
    const zone = zoneOf(zoneName);
    if (length !== undefined) {
      return (timeMs: number) => {
        const localMs = zone.localMs(timeMs);
        return timeMs - (localMs - Math.floor(localMs / length) * length);
      };
    }
    const startOf = STARTS[unit as string] as (localMs: number) => number;
    if (zone.name === 'UTC') return startOf;
    return (timeMs: number) => zone.instantOf(startOf(zone.localMs(timeMs)));
  },
  sql([unit, zone], { operands: [ms], dialect }) {
    const local = localSql(ms as string, zone as string, dialect);
    const truncated = `date_trunc('${unit}', ${local})`;
    // What lies before it in its unit is taken off the instant: local time does not say which of two equal hours it is.
    if (Object.hasOwn(LENGTHS, unit as string)) return `(${ms} - date_diff('millisecond', ${truncated}, ${local}))`;
    return toMsSql(truncated, zone as string, dialect);
  },
};
