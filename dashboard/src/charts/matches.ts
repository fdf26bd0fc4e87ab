import type { Group, Row, Scalar } from '../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { shorten, wordsOf } from '../components/group-words.ts';
import { formatFull } from '../format/numbers.ts';

/** Matches of patterns, to be marked on charts of the events that they are made of. */
export interface Match {
  readonly pattern: string;
  /** When it was complete; of matches that a window counts, the window. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Why, in words, and what of: `5 × failure, then success; ip 10.0.0.2`. */
  readonly words: string;
  /** The columns of its row, by which those of a chart's groups are told. */
  readonly row: Group;
}

/** Fields that a mark has room for. */
const MOST_FIELDS = 3;

/**
 * The views whose rows are matches in the streams of `view`, one of each pattern: the one that has each match by itself, or else
 * says why, or else the first. Rows of the same pattern need no marks of themselves.
 */
export function matchViews(view: ViewDescription, views: readonly ViewDescription[]): readonly ViewDescription[] {
  const found = new Map<string, ViewDescription>();
  for (const one of views) {
    const { pattern } = one;
    if (pattern === undefined || pattern.name === view.pattern?.name) continue;
    if (!one.streams.some((stream) => view.streams.includes(stream))) continue;
    const known = found.get(pattern.name);
    if (known === undefined || worthOf(one) > worthOf(known)) found.set(pattern.name, one);
  }
  return [...found.values()];
}

function worthOf({ window, pattern }: ViewDescription): number {
  return (window.kind === 'rows' ? 2 : 0) + (pattern?.reason == null ? 0 : 1);
}

/** Rows of windows in which nothing matched are none. */
export function matchesOf({ pattern, columns }: ViewDescription, rows: readonly Row[]): readonly Match[] {
  if (pattern === undefined) return [];
  const counting = columns.find(({ made_by: kind }) => kind === 'count');
  return rows.flatMap((row): Match[] => {
    const values = row as Readonly<Record<string, unknown>>;
    const at = Date.parse(String(values.event_time ?? values.window_start ?? values.as_of));
    const count = counting === undefined ? 1 : Number(values[counting.name] ?? 0);
    if (Number.isNaN(at) || count < 1) return [];
    const end = values.window_end === undefined ? at : Date.parse(String(values.window_end));
    const reason = pattern.reason === null ? null : values[pattern.reason];
    const words = [
      ...(count > 1 ? [`${formatFull(count)} times`] : []),
      ...(typeof reason === 'string' ? [reason] : []),
      ...fieldsOf(columns, pattern.reason).map(
        (name) => `${name} ${shorten(wordsOf((values[name] ?? null) as Scalar))}`,
      ),
    ].join('; ');
    const own = columns.filter(isScalar).map(({ name }) => [name, (values[name] ?? null) as Scalar] as const);
    return [{ pattern: pattern.name, from: at, to: end, count, words, row: Object.fromEntries(own) }];
  });
}

/** What tells one match from another: the groups of its row, or what the view has chosen of it. */
function fieldsOf(columns: readonly Column[], reason: string | null): readonly string[] {
  const groups = columns.filter(({ role, name }) => role === 'group' && name !== 'row_id');
  const chosen = columns.filter(({ role, type }) => role === 'derived' && type !== 'object' && type !== 'any');
  return (groups.length > 0 ? groups : chosen)
    .map(({ name }) => name)
    .filter((name) => name !== reason)
    .slice(0, MOST_FIELDS);
}

function isScalar({ type }: Column): boolean {
  return type !== 'object' && type !== 'any';
}

/** Those of the groups that a chart is of: a match whose row says nothing of their fields may be of any. */
export function matchesIn(matches: readonly Match[], groups: readonly Group[]): readonly Match[] {
  if (groups.length === 0) return matches;
  const isOf = (group: Group, { row }: Match) =>
    Object.entries(group).every(([field, value]) => !Object.hasOwn(row, field) || row[field] === value);
  return matches.filter((match) => groups.some((group) => isOf(group, match)));
}

/** Those within a stretch, as a tooltip tells them: the first few, and how many more there are. */
export function matchLines(
  matches: readonly Match[],
  fromMs: number,
  toMs: number,
): readonly { readonly name: string; readonly value?: string }[] {
  const found = matches.filter(({ from, to }) => middle({ from, to }) >= fromMs && middle({ from, to }) < toMs);
  const shown = found.slice(0, MOST_LINES).map(({ pattern, words }) => ({ name: `${pattern}: ${words}` }));
  return found.length > shown.length
    ? [...shown, { name: `and ${formatFull(found.length - shown.length)} more matches` }]
    : shown;
}

const MOST_LINES = 3;

export function middle({ from, to }: Pick<Match, 'from' | 'to'>): number {
  return (from + to) / 2;
}

/** `3 matches of broken_in`, for who reads a chart and does not see it. */
export function matchWords(matches: readonly Match[]): string {
  const counts = new Map<string, number>();
  for (const { pattern, count } of matches) counts.set(pattern, (counts.get(pattern) ?? 0) + count);
  return [...counts]
    .map(([pattern, count]) => `${formatFull(count)} ${count === 1 ? 'match' : 'matches'} of ${pattern}`)
    .join(', ');
}
