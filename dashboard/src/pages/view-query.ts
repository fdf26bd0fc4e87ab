import type { Group, Scalar } from '../../../api/schemas/common.ts';

/** What a view's page shows, as it stands in its address. */

export const MOST_CHOSEN = 5;
export const ROW_FILTERS = ['all', 'final', 'open', 'revised'] as const;
export type RowFilter = (typeof ROW_FILTERS)[number];

/** `groups=[["/"],["/a"]]`: values of the group's fields in their order. Text that is no such list chooses nothing. */
export function parseGroups(text: string | undefined, fields: readonly string[]): readonly Group[] {
  if (text === undefined) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(parsed)) return [];
  const isGroup = (values: unknown): values is Scalar[] =>
    Array.isArray(values) && values.length === fields.length && values.every(isScalar);
  return parsed
    .filter(isGroup)
    .slice(0, MOST_CHOSEN)
    .map((values) => Object.fromEntries(fields.map((name, i) => [name, values[i] ?? null])));
}

export function writeGroups(groups: readonly Group[]): string | null {
  return groups.length === 0 ? null : JSON.stringify(groups.map((group) => Object.values(group)));
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** Names one group to the API: by `group.FIELD`, so that no field is taken for a parameter. */
export function groupParameters(group: Group | null): Readonly<Record<string, string | readonly string[]>> {
  const given = Object.entries(group ?? {});
  const nulls = given.filter(([, value]) => value === null).map(([name]) => name);
  const values = given.filter(([, value]) => value !== null).map(([name, value]) => [`group.${name}`, String(value)]);
  return { ...Object.fromEntries(values), ...(nulls.length > 0 && { is_null: nulls }) };
}

export function groupKey(group: Group): string {
  return JSON.stringify(Object.values(group));
}

export function parseRowFilter(text: string | undefined): RowFilter {
  return ROW_FILTERS.find((known) => known === text) ?? 'all';
}

export function passes(filter: RowFilter, row: { readonly is_final: boolean; readonly revision: number }): boolean {
  switch (filter) {
    case 'final':
      return row.is_final;
    case 'open':
      return !row.is_final;
    case 'revised':
      return row.revision > 1;
    case 'all':
      return true;
  }
}
