import type { NamedNode, Value } from '../../engine/ir/node.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { BadQueryError } from '../../engine/query/errors.ts';
import { parseGroupValue } from '../../engine/query/group-value.ts';
import { END_OF_TIME_MS, parseInstant, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { ClosedQuery } from './live-queries.ts';

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

const WINDOW_PARAMETERS = ['from', 'to', 'limit', 'cursor', 'is_null'] as const;
/** For a group field that is named like a parameter: `group.from=home`. */
const GROUP_PREFIX = 'group.';

/**
 * The query of `/views/{view}/windows`. A group is given by all of its fields: `path=/&status=200`, or `is_null=path`
 * for one that is null.
 *
 * @throws BadQueryError
 */
export function parseWindowsQuery(view: ViewDefinition, parameters: URLSearchParams): ClosedQuery {
  checkNames(parameters, [...WINDOW_PARAMETERS, ...groupParameters(view)]);
  const fromMs = parseTime(parameters, 'from', START_OF_TIME_MS);
  const toMs = parseTime(parameters, 'to', END_OF_TIME_MS);
  if (fromMs > toMs) {
    throw new BadQueryError(
      `from is ${parameters.get('from')} and to is ${parameters.get('to')}: from must not be later.`,
    );
  }
  return {
    view: view.name,
    fromMs,
    toMs,
    group: parseGroup(view, parameters),
    limit: parseLimit(parameters),
    cursor: parameters.get('cursor'),
  };
}

/** @throws BadQueryError */
export function parseLimit(parameters: URLSearchParams): number {
  const text = parameters.get('limit');
  if (text === null) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > MAX_LIMIT) {
    throw new BadQueryError(`limit is '${text}', and must be a whole number from 1 to ${MAX_LIMIT}.`);
  }
  return limit;
}

/** @throws BadQueryError where a parameter is unknown, or given twice and not meant to be. */
export function checkNames(parameters: URLSearchParams, allowed: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of parameters.keys()) {
    if (!allowed.includes(name)) {
      const list = allowed.length === 0 ? 'It takes none.' : `It takes ${allowed.join(', ')}.`;
      throw new BadQueryError(`There is no parameter '${name}' here. ${list}`);
    }
    if (seen.has(name) && name !== 'is_null') throw new BadQueryError(`The parameter '${name}' is given twice.`);
    seen.add(name);
  }
}

function groupParameters(view: ViewDefinition): string[] {
  return view.groupBy.flatMap(({ name }) =>
    (WINDOW_PARAMETERS as readonly string[]).includes(name) ? [GROUP_PREFIX + name] : [name, GROUP_PREFIX + name],
  );
}

function parseTime(parameters: URLSearchParams, name: string, fallback: number): number {
  const text = parameters.get(name);
  if (text === null) return fallback;
  const ms = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(ms)) {
    throw new BadQueryError(
      `${name} is '${text}', and must be an ISO-8601 time such as 2015-05-17T10:05:00Z. Write + as %2B in a URL.`,
    );
  }
  return ms;
}

/** The values of the one group that is asked for, or null for all groups. */
function parseGroup(view: ViewDefinition, parameters: URLSearchParams): readonly Value[] | null {
  const nulls = parameters.getAll('is_null');
  const names = view.groupBy.map(({ name }) => name);
  const strange = nulls.find((name) => !names.includes(name));
  if (strange !== undefined) {
    throw new BadQueryError(`is_null names '${strange}', by which view '${view.name}' does not group.`);
  }
  const given = view.groupBy.map((field) => groupValue(view, field, parameters, nulls.includes(field.name)));
  if (given.every((value) => value === undefined)) return null;
  return given.map((value, index) => {
    if (value !== undefined) return value;
    throw new BadQueryError(
      `View '${view.name}' groups by ${names.join(', ')}: give all of them or none, and ${names[index]} is missing.`,
    );
  });
}

function groupValue(
  view: ViewDefinition,
  { name, node }: NamedNode,
  parameters: URLSearchParams,
  isNull: boolean,
): Value | undefined {
  const plain = (WINDOW_PARAMETERS as readonly string[]).includes(name) ? null : parameters.get(name);
  const prefixed = parameters.get(GROUP_PREFIX + name);
  if ([plain !== null, prefixed !== null, isNull].filter(Boolean).length > 1) {
    throw new BadQueryError(`The group field '${name}' of view '${view.name}' is given twice.`);
  }
  if (isNull) return null;
  const text = plain ?? prefixed;
  return text === null ? undefined : parseGroupValue(name, text, node.type);
}
