import { MAX_RECORD_BYTES } from '../decode/limits.ts';
import { choiceSql } from '../functions/json-path.ts';
import {
  type EnvelopeCondition,
  type EnvelopeDefinition,
  type EnvelopeStep,
  type EnvelopeWay,
  marksOfEvent,
  sharedSteps,
} from '../ir/envelope-definition.ts';
import type { JsonChoice } from '../ir/json-step.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { identifier, indent, numberLiteral, select, textLiteral } from './text.ts';

/** A field of an event on the wire, and its column's type in DuckDB. */
export interface WireField {
  readonly name: string;
  readonly type: string;
}

/**
 * The events inside of the records in files, as a DuckDB table expression: what `engine/decode/envelope.ts` takes out of records, this
 * says in SQL. A recursive SELECT goes the way, one step for all records at a time: into a member, the elements of a list, or a text.
 *
 * A record can be a line, span several, or follow another without a line break. Broken lines are left out where a file has a record a
 * line; what is broken in another file, or at its beginning, ends the query with an error of DuckDB's.
 */
export function envelopeSource(
  stream: StreamDefinition,
  envelope: EnvelopeDefinition,
  fields: readonly WireField[],
  files: readonly string[],
): string {
  const { path } = envelope;
  const carried = carriedFields(envelope);
  const first = [
    `CASE WHEN is_event THEN ${path.length} ELSE 0 END AS depth`,
    'record AS value',
    ...carried.map(({ column }) => `NULL::JSON AS ${column}`),
  ];
  const next = [
    `CASE WHEN ${IS_OBJECT} THEN depth + 1 ELSE depth END AS depth`,
    `${nextPlaces(path)} AS list`,
    ...carried.map(
      ({ column, depth, path }) =>
        `CASE WHEN ${IS_OBJECT} AND depth = ${depth} THEN ${at('value', path)} ELSE ${column} END AS ${column}`,
    ),
  ];
  const isAtEnd = `${IS_OBJECT} AND depth = ${path.length}`;
  const ctes = [
    ['records', select({ columns: [EACH_RECORD], from: recordsIn(files) })],
    ['judged', select({ columns: ['record', `${isEvent(stream, path)} AS is_event`], from: 'records' })],
    [
      'places',
      [
        select({ columns: first, from: 'judged', where: [`is_event OR ${conditions(envelope.only)}`] }),
        // The list first: what is beside it is found once for each list, and not for each of its elements.
        select({
          columns: ['depth', 'unnest(list)', ...carried.map(({ column }) => column)],
          from: `(\n  ${indent(select({ columns: next, from: 'places', where: [`NOT (${isAtEnd})`] }))}\n)`,
        }),
      ].join('\nUNION ALL\n'),
    ],
  ].map(([name, sql]) => `${name} AS (\n  ${indent(sql as string)}\n)`);
  const columns = fields.map((field) => eventColumn(field, carried));
  const events = select({ columns, from: 'places', where: [isAtEnd] });
  return `(\n  ${indent(`WITH RECURSIVE ${ctes.join(', ')}\n${events}`)}\n)`;
}

/** What events get from an object on the way to them. */
interface Carried {
  readonly name: string;
  /** How many names of the way lead to the object. */
  readonly depth: number;
  readonly path: readonly EnvelopeStep[];
  readonly column: string;
}

/** Of two of one name the later one counts: that of the inner object, or of one object the one that is named later. */
function carriedFields({ with: fields, path: way }: EnvelopeDefinition): readonly Carried[] {
  return fields
    .map(({ name, path }, index) => {
      const depth = sharedSteps(path, way);
      return { name, depth, path: path.slice(depth), column: `with${index}` };
    })
    .sort((a, b) => a.depth - b.depth);
}

function eventColumn({ name, type }: WireField, carried: readonly Carried[]): string {
  const given = carried.filter((field) => field.name === name).map(({ column }) => column);
  const own = at('value', [name]);
  const value = given.length === 0 ? own : `coalesce(${[...given.reverse(), own].join(', ')})`;
  return `json_transform(${value}, ${textLiteral(JSON.stringify(type))}) AS ${identifier(name)}`;
}

function recordsIn(files: readonly string[]): string {
  const list = files.map(textLiteral).join(', ');
  return `read_json_objects([${list}], format = 'auto', ignore_errors = true, maximum_object_size = ${MAX_RECORD_BYTES})`;
}

const EACH_RECORD = "unnest(CASE json_type(json) WHEN 'ARRAY' THEN json -> '$[*]' ELSE [json] END) AS record";

const IS_OBJECT = "json_type(value) = 'OBJECT'";

/** The elements of a list, what a text says, or the next member on the way. */
function nextPlaces(path: EnvelopeWay): string {
  const steps = path.map((names, depth) => {
    const members = names.map((name) => at('value', [name]));
    const found =
      members.length === 1 ? members[0] : `coalesce(${members.map((json) => `NULLIF(${json}, 'null')`).join(', ')})`;
    return `WHEN ${depth} THEN ${found}`;
  });
  return [
    'CASE json_type(value)',
    "  WHEN 'ARRAY' THEN value -> '$[*]'",
    "  WHEN 'VARCHAR' THEN [TRY_CAST(value ->> '$' AS JSON)]",
    `  WHEN 'OBJECT' THEN [CASE depth ${steps.join(' ')} END]`,
    '  ELSE [] END',
  ].join('\n');
}

/** A record is an event by itself, as a dead letter is that was put back. */
function isEvent(stream: StreamDefinition, [first = []]: EnvelopeWay): string {
  const marks = marksOfEvent(stream).map((paths) => {
    const found = paths.map((path) => `${at('record', path)} IS NOT NULL`).join(' OR ');
    return paths.length === 1 ? found : `(${found})`;
  });
  const begun = first.map((name) => `${at('record', [name])} IS NULL`);
  return [...begun, ...marks].join(' AND ');
}

function conditions(only: readonly EnvelopeCondition[]): string {
  return only.length === 0 ? 'TRUE' : `(${only.map(condition).join(' AND ')})`;
}

function condition({ path, values }: EnvelopeCondition): string {
  const value = at('record', path);
  const each = values.map((expected) => {
    if (typeof expected === 'string')
      return `json_type(${value}) = 'VARCHAR' AND (${value} ->> '$') = ${textLiteral(expected)}`;
    if (typeof expected === 'boolean') return `${value} = '${expected}'::JSON`;
    return `json_type(${value}) NOT IN ('VARCHAR', 'BOOLEAN') AND TRY_CAST((${value} ->> '$') AS DOUBLE) = ${numberLiteral(expected)}`;
  });
  return `(${each.join(' OR ')})`;
}

/** The value at a path. Names go into a JSON pointer, in which they stand for themselves. */
function at(json: string, path: readonly EnvelopeStep[]): string {
  const choice = path.findIndex((step) => typeof step !== 'string');
  const names = (choice === -1 ? path : path.slice(0, choice)) as readonly string[];
  const pointer = names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const member = names.length === 0 ? json : `json_extract(${json}, ${textLiteral(pointer)})`;
  if (choice === -1) return member;
  const list = `json_extract(${member}, '$[*]')`;
  return at(
    choiceSql(list, path[choice] as JsonChoice, { dialect: 'DuckDB', text: textLiteral }),
    path.slice(choice + 1),
  );
}
