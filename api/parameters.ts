import type { Static, TObject, TSchema } from 'typebox';
import { Value as Check } from 'typebox/value';
import type { Value } from '../engine/ir/node.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import type { GroupFilter } from '../engine/query/group-filter.ts';
import { parseGroupValue } from '../engine/query/group-value.ts';
import { didYouMean } from '../engine/text/nearest-name.ts';
import { END_OF_TIME_MS, parseInstant, START_OF_TIME_MS } from '../engine/time/instant.ts';
import { badParameter } from './problems.ts';

/** For a group field that is named like a parameter: `group.from=home`. */
const GROUP_PREFIX = 'group.';
const IS_NULL = 'is_null';

/**
 * The parameters of a question by its schema: the same that the document of the API shows. Values are text in a URL, and
 * become numbers and truths where the schema wants them.
 *
 * @throws ProblemError that names the parameter and what it must be.
 */
export function parseParameters<T extends TObject>(
  schema: T,
  given: URLSearchParams,
  alsoAllowed: readonly string[] = [],
): Static<T> {
  const names = Object.keys(schema.properties);
  const values: Record<string, unknown> = {};
  for (const [name, text] of given) {
    if (alsoAllowed.includes(name)) continue;
    // Every object has a `constructor`, which is no parameter.
    const property = Object.hasOwn(schema.properties, name) ? (schema.properties[name] as TSchema) : undefined;
    if (property === undefined) {
      const all = [...names, ...alsoAllowed];
      throw badParameter(
        name,
        `There is no parameter '${name}' here.${didYouMean(name, all)} It takes ${all.join(', ') || 'none'}.`,
      );
    }
    if (Object.hasOwn(values, name)) throw badParameter(name, `The parameter '${name}' is given twice.`);
    const value = fromText(text, property);
    if (!Check.Check(property, value)) {
      throw badParameter(name, `${name} is '${shortened(text)}', and must be ${wordsOf(property)}.`);
    }
    values[name] = value;
  }
  const missing = ((schema.required ?? []) as readonly string[]).find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined) {
    throw badParameter(
      missing,
      `The parameter '${missing}' is missing: it must be ${wordsOf(schema.properties[missing] as TSchema)}.`,
    );
  }
  return values as Static<T>;
}

interface Described {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Described[];
}

function fromText(text: string, property: TSchema): unknown {
  const { type, anyOf } = property as Described;
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return anyOf?.find((one) => String(one.const) === text)?.const ?? text;
}

function wordsOf(property: TSchema): string {
  const { type, minimum, maximum, maxLength, format, const: only, anyOf } = property as Described;
  if (anyOf !== undefined) return anyOf.map((one) => `'${String(one.const)}'`).join(' or ');
  if (only !== undefined) return `'${String(only)}'`;
  if (format === 'date-time') return 'an ISO-8601 time such as 2015-05-17T10:05:00Z; write + as %2B in a URL';
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`;
  if (type === 'boolean') return 'true or false';
  return maxLength === undefined ? 'a text' : `a text of at most ${maxLength} characters`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Of a group field that is named like a parameter, the name alone means the parameter. */
function isTaken(name: string, taken: readonly string[]): boolean {
  return name === IS_NULL || taken.includes(name);
}

/** The names under which a view's group can be given. */
export function groupParameters(view: ViewDefinition, taken: readonly string[]): string[] {
  const names = view.groupBy.flatMap(({ name }) =>
    isTaken(name, taken) ? [GROUP_PREFIX + name] : [name, GROUP_PREFIX + name],
  );
  return view.groupBy.length === 0 ? [] : [...names, IS_NULL];
}

/**
 * The values of a group that are asked for: `path=/&status=200`, or `is_null=path` for one that is null. None is all groups.
 *
 * @throws ProblemError
 */
export function parseGroup(view: ViewDefinition, given: URLSearchParams, taken: readonly string[]): GroupFilter {
  const nulls = given.getAll(IS_NULL);
  const strange = nulls.find((name) => !view.groupBy.some((field) => field.name === name));
  if (strange !== undefined) {
    throw badParameter(IS_NULL, `is_null names '${strange}', by which view '${view.name}' does not group.`);
  }
  const filter = new Map<string, Value>();
  for (const { name, node } of view.groupBy) {
    const texts = [...(isTaken(name, taken) ? [] : given.getAll(name)), ...given.getAll(GROUP_PREFIX + name)];
    const isNull = nulls.includes(name);
    if (texts.length + (isNull ? 1 : 0) > 1) {
      throw badParameter(name, `The group field '${name}' of view '${view.name}' is given twice.`);
    }
    if (isNull) filter.set(name, null);
    else if (texts[0] !== undefined) filter.set(name, parseGroupValue(name, texts[0], node.type));
  }
  return filter;
}

/** A range of window starts; without an end it is open. A date alone is its midnight. */
export function parseRange({ from, to }: { readonly from?: string; readonly to?: string }): {
  fromMs: number;
  toMs: number;
} {
  return { fromMs: instantOf('from', from, START_OF_TIME_MS), toMs: instantOf('to', to, END_OF_TIME_MS) };
}

function instantOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const ms = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (!Number.isNaN(ms)) return ms;
  throw badParameter(
    name,
    `${name} is '${shortened(text)}', and must be an ISO-8601 time such as 2015-05-17T10:05:00Z. Write + as %2B in a URL.`,
  );
}
