import type { JsonStep } from '../ir/json-step.ts';
import { NUMERAL_PATTERN, numberOfText } from '../text/numeral.ts';
import {
  always,
  CONDITION,
  DOUBLE,
  type FunctionDescriptor,
  type FunctionSql,
  finite,
  type Settings,
  TEXT,
} from './descriptor.ts';
import { parseJsonPath, sqlPlace, valueAt } from './json-path.ts';
import { numberSql } from './to-number.ts';

const base = {
  takes: ['json'],
  settings: { least: 1, most: 1 },
  checkSettings: ([path]: readonly unknown[]) =>
    parseJsonPath(path) === null
      ? `takes a path into the value, such as 'user.tags[0]', '["a.b"]' or '[key="a"].value', and ${JSON.stringify(path)} is none`
      : null,
  canBeNull: always,
} as const;

/** Of a value itself, which a field of several kinds holds. In Athena, text that looks like another kind of JSON is taken for that. */
const own = { takes: ['json'], canBeNull: always } as const;

/** The value where it is text; null where it is something else. */
export const asTextFunction: FunctionDescriptor = {
  name: 'asText',
  ...own,
  type: TEXT,
  js: () => (value: unknown) => (typeof value === 'string' ? value : null),
  sql(_, { dialect, operands: [json], text }) {
    if (dialect === 'DuckDB') return `CASE WHEN json_type(${json}) = 'VARCHAR' THEN ${json} ->> '$' END`;
    return `CASE WHEN NOT regexp_like(${json}, ${text(OTHER_JSON)}) THEN ${json} END`;
  },
};

/** In Athena's table a value is its JSON, and text is without its quotes. */
const OTHER_JSON = `\\A(?:[\\[{].*|true|false|${NUMERAL_PATTERN})\\z`;

/** The value where it is a number, or text that is one; null where it is something else. */
export const asNumberFunction: FunctionDescriptor = {
  name: 'asNumber',
  ...own,
  type: DOUBLE,
  js: () => (value: unknown) => {
    if (typeof value === 'string') return numberOfText(value);
    return typeof value === 'number' || typeof value === 'bigint' ? finite(Number(value)) : null;
  },
  sql(_, { dialect, operands: [json], text }) {
    return numberSql(dialect === 'DuckDB' ? `(${json} ->> '$')` : (json as string), { dialect, text });
  },
};

/** The value where it is a boolean; null where it is something else. */
export const asBooleanFunction: FunctionDescriptor = {
  name: 'asBoolean',
  ...own,
  type: CONDITION,
  js: () => (value: unknown) => (typeof value === 'boolean' ? value : null),
  sql(_, { dialect, operands: [json] }) {
    if (dialect === 'DuckDB') return `CASE WHEN json_type(${json}) = 'BOOLEAN' THEN ${json} ->> '$' = 'true' END`;
    return `CASE ${json} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END`;
  },
};

/** The text at a path; null where there is none, or something else. */
export const textAtFunction: FunctionDescriptor = {
  name: 'textAt',
  ...base,
  type: TEXT,
  js: (settings) => reader(settings, 'string'),
  sql: (settings, sql) => at(settings, sql, ['VARCHAR'], '"', (value) => value),
};

/** The number at a path, as a double; null where there is none, or something else. */
export const numberAtFunction: FunctionDescriptor = {
  name: 'numberAt',
  ...base,
  type: DOUBLE,
  js([path]) {
    const steps = stepsOf(path);
    return (root: unknown) => {
      const value = valueAt(root, steps);
      if (typeof value === 'bigint') return Number(value);
      return typeof value === 'number' && Number.isFinite(value) ? value + 0 : null;
    };
  },
  sql: (settings, sql) =>
    at(
      settings,
      sql,
      ['BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT'],
      '-0123456789',
      (value) => `TRY_CAST(${value} AS DOUBLE)`,
    ),
};

/** The boolean at a path; null where there is none, or something else. */
export const booleanAtFunction: FunctionDescriptor = {
  name: 'booleanAt',
  ...base,
  type: CONDITION,
  js: (settings) => reader(settings, 'boolean'),
  sql: (settings, sql) => at(settings, sql, ['BOOLEAN'], 'tf', (value) => `${value} = 'true'`),
};

function stepsOf(path: unknown): readonly JsonStep[] {
  return parseJsonPath(path) as readonly JsonStep[];
}

function reader([path]: Settings, type: 'string' | 'boolean') {
  const steps = stepsOf(path);
  return (root: unknown) => {
    const value = valueAt(root, steps);
    return typeof value === type ? (value as string | boolean) : null;
  };
}

/** DuckDB tells a value's type; for Athena its JSON begins with a character of some. */
function at(
  [path]: Settings,
  { dialect, operands: [root], text }: FunctionSql,
  types: readonly string[],
  firsts: string,
  take: (value: string) => string,
): string {
  const { json, path: end } = sqlPlace(root as string, stepsOf(path), { dialect, text });
  const place = text(end);
  if (dialect === 'DuckDB') {
    const names = types.map((type) => `'${type}'`).join(', ');
    return `CASE WHEN json_type(${json}, ${place}) IN (${names}) THEN ${take(`json_extract_string(${json}, ${place})`)} END`;
  }
  const first = `substr(json_format(json_extract(${json}, ${place})), 1, 1)`;
  return `CASE WHEN strpos(${text(firsts)}, ${first}) > 0 THEN ${take(`json_extract_scalar(${json}, ${place})`)} END`;
}
