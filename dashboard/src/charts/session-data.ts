import type { Group, Scalar } from '../../../api/schemas/common.ts';
import type { WindowsPage } from '../../../api/schemas/rows.ts';

/** Sessions on a line of time, a lane for each group. */

export interface Session {
  readonly start: number;
  readonly end: number;
  readonly isFinal: boolean;
  readonly revision: number;
  readonly revisedAt: number | null;
  readonly value: number | null;
}

export interface SessionLane {
  readonly group: Group;
  readonly key: string;
  readonly sessions: readonly Session[];
}

export interface Sessions {
  /** Those with the longest session first. */
  readonly lanes: readonly SessionLane[];
  /** Groups that have no lane of their own. */
  readonly others: number;
  readonly open: number;
  readonly from: number;
  readonly to: number;
}

export const MOST_LANES = 9;

export function sessionsOf(
  { rows, updated_at: updatedAt }: Pick<WindowsPage, 'rows' | 'updated_at'>,
  groupBy: readonly string[],
  column: string,
): Sessions {
  const lanes = new Map<string, { group: Group; key: string; sessions: Session[] }>();
  for (const [i, row] of rows.entries()) {
    const columns = row as Readonly<Record<string, unknown>>;
    const group = Object.fromEntries(groupBy.map((name) => [name, (columns[name] ?? null) as Scalar]));
    const key = JSON.stringify(Object.values(group));
    const lane = lanes.get(key) ?? { group, key, sessions: [] };
    lanes.set(key, lane);
    const value = columns[column];
    lane.sessions.push({
      start: timeOf(columns.first_event_time ?? columns.window_start),
      end: timeOf(columns.last_event_time ?? columns.window_end),
      isFinal: row.is_final,
      revision: row.revision,
      revisedAt: row.revision > 1 ? (updatedAt[i] ?? null) : null,
      value: typeof value === 'number' ? value : null,
    });
  }
  const longest = ({ sessions }: { sessions: readonly Session[] }) =>
    sessions.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  const sorted = [...lanes.values()].sort((a, b) => longest(b) - longest(a));
  const all = sorted.flatMap(({ sessions }) => sessions);
  return {
    lanes: sorted.slice(0, MOST_LANES),
    others: Math.max(0, sorted.length - MOST_LANES),
    open: all.filter(({ isFinal }) => !isFinal).length,
    from: all.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY),
    to: all.reduce((most, { end }) => Math.max(most, end), Number.NEGATIVE_INFINITY),
  };
}

function timeOf(value: unknown): number {
  return typeof value === 'number' ? value : Date.parse(String(value));
}
