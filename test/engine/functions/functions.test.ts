import { Timestamp, Type } from 'streamgauge';
import type { Expression } from '../../../engine/dsl/build.ts';
import { coalesce, concat, greatest, least, when } from '../../../engine/dsl/functions.ts';
import { compileToFunction } from '../../../engine/expression/compile-js.ts';
import { describeExpression } from '../../../engine/expression/describe.ts';
import type { Value } from '../../../engine/ir/node.ts';
import { athena } from '../../../engine/sql/athena.ts';
import { compileExpression } from '../../../engine/sql/compile-expression.ts';
import { duckdb } from '../../../engine/sql/duckdb.ts';
import { createTrinoMacros, inDuckdb } from '../../oracle/athena-in-duckdb.ts';
import { type Duckdb, openDuckdb } from '../../oracle/duckdb.ts';
import { leavesOf, node } from '../dsl/leaves.ts';

const { Optional } = Type;
const e = leavesOf({
  x: Optional(Type.Number()),
  y: Optional(Type.Number()),
  i: Optional(Type.Integer()),
  s: Optional(Type.String()),
  u: Optional(Type.String()),
  at: Optional(Timestamp()),
  flag: Optional(Type.Boolean()),
  any: Optional(Type.Any()),
});

const ms = (text: string) => Date.parse(text);
const free = (expression: unknown) => expression as Expression;

const ATTRIBUTE = { key: 'service.name', value: { stringValue: 'shop "1"' } };

/** What each is of the given fields: the same in JavaScript, in DuckDB, and in Athena's words. */
const CASES: readonly [string, Expression, Record<string, unknown>, Value][] = [
  ['abs', e.x.abs(), { x: -2.5 }, 2.5],
  ['floor', e.x.floor(), { x: -2.5 }, -3],
  ['ceil', e.x.ceil(), { x: -0.5 }, 0],
  ['round, halves away from 0', e.x.round(), { x: -2.5 }, -3],
  ['round of just less than a half', e.x.round(), { x: 0.49999999999999994 }, 0],
  ['round to digits', e.x.round(2), { x: 1.005 }, 1],
  ['round of a large number to digits', e.x.round(15), { x: 1e300 }, 1e300],
  ['round to hundreds', e.x.round(-2), { x: 1250 }, 1300],
  ['mod has the sign of what is divided', e.x.mod(2), { x: -5.5 }, -1.5],
  ['mod by 0', e.x.mod(e.y), { x: 5, y: 0 }, null],
  ['power', e.x.power(10), { x: 2 }, 1024],
  ['power that is no number', e.x.power(0.5), { x: -8 }, null],
  ['power beyond the range', e.x.power(e.y), { x: 10, y: 400 }, null],
  ['sqrt', e.x.sqrt(), { x: 6.25 }, 2.5],
  ['sqrt of a negative number', e.x.sqrt(), { x: -1 }, null],
  ['exp', e.x.exp(), { x: 1 }, Math.E],
  ['exp beyond the range', e.x.exp(), { x: 1000 }, null],
  ['ln', e.x.ln(), { x: Math.E }, 1],
  ['ln of 0', e.x.ln(), { x: 0 }, null],
  ['log, to the base 10', e.x.log(), { x: 1000 }, 3],
  ['log to the base 2', e.x.log(2), { x: 8 }, 3],
  ['log to another base', e.x.log(5), { x: 125 }, 3],
  ['log of a negative number', e.x.log(), { x: -1 }, null],
  ['lower', e.s.lower(), { s: 'ÀΑΣ Ab İ' }, 'àασ ab i'],
  ['upper', e.s.upper(), { s: 'straße ﬀ ᾳ é' }, 'STRAẞE ﬀ ᾼ É'],
  ['trim', e.s.trim(), { s: '\t \u00a0a b\r\n' }, 'a b'],
  ['length in code points', e.s.length(), { s: 'a😀e\u0301' }, 4],
  ['substring', e.s.substring(2, 1), { s: 'a😀b' }, '😀'],
  ['substring to the end', e.s.substring(2), { s: 'a😀b' }, '😀b'],
  ['substring from the end', e.s.substring(-2, 1), { s: 'a😀b' }, '😀'],
  ['substring from before the beginning', e.s.substring(-5, 2), { s: 'abc' }, 'ab'],
  ['substring behind the end', e.s.substring(4), { s: 'abc' }, ''],
  ['startsWith', e.s.startsWith('ab'), { s: 'abc' }, true],
  ['startsWith of the empty text', e.s.startsWith(''), { s: '' }, true],
  ['contains', e.s.contains(e.u), { s: 'abc', u: 'bc' }, true],
  ['contains a null', e.s.contains(e.u), { s: 'abc' }, null],
  ['matches', e.s.matches('^/api/v\\d+(/|$)'), { s: '/api/v12' }, true],
  ['matches before a line break', e.s.matches('a$'), { s: 'a\n' }, false],
  ['splitPart', e.s.splitPart('/', 3), { s: '/a/b/c' }, 'b'],
  ['splitPart from the end', e.s.splitPart('/', -1), { s: '/a/b/c' }, 'c'],
  ['splitPart beyond', e.s.splitPart('/', 9), { s: '/a' }, ''],
  ['splitPart of null', e.s.splitPart('/', 9), {}, null],
  ['urlHost', e.s.urlHost(), { s: 'https://me:x@WWW.Example.org:8080/a?b#c' }, 'www.example.org'],
  ['urlHost of IPv6', e.s.urlHost(), { s: '//[::1]:80/' }, '[::1]'],
  ['urlHost of a path', e.s.urlHost(), { s: '/a//b' }, null],
  ['urlParameter', e.s.urlParameter('q'), { s: '/a?pq=1&q=x%20y&q=2#q=3' }, 'x%20y'],
  ['urlParameter that is empty', e.s.urlParameter('q'), { s: '?q=' }, ''],
  ['urlParameter behind the hash', e.s.urlParameter('q'), { s: '/a#?q=1' }, null],
  ['urlParameter with signs in its name', e.s.urlParameter('a[0].b'), { s: '?a[0].b=1' }, '1'],
  ['concat passes nulls over', free(concat(e.s as never, '-', e.u as never)), { s: 'a' }, 'a-'],
  ['least passes nulls over', free(least(e.x as never, e.y as never, 7)), { y: 9 }, 7],
  ['greatest of nulls', free(greatest(e.x as never, e.y as never)), {}, null],
  ['greatest text by code point', free(greatest(e.s as never, '\uff21')), { s: '😀' }, '😀'],
  ['coalesce over several columns', free(coalesce(e.x as never, e.y as never, 3)), {}, 3],
  [
    'when',
    free(
      when(e.x.gt(1) as never)
        .then('many')
        .otherwise('few'),
    ),
    { x: 2 },
    'many',
  ],
  [
    'when of null',
    free(
      when(e.x.gt(1) as never)
        .then('many')
        .otherwise('few'),
    ),
    {},
    'few',
  ],
  [
    'when with more cases and null',
    free(
      when(e.flag as never)
        .then(1)
        .when(e.x.gt(1) as never)
        .then(e.i as never)
        .otherwise(null),
    ),
    { flag: false, x: 5, i: 9007199254740993n },
    9007199254740993n,
  ],
  ['hour', e.at.hour(), { at: ms('2024-01-07T23:30:00Z') }, 23],
  ['hour in a zone of half hours', e.at.hour('Asia/Kolkata'), { at: ms('2024-01-07T18:29:59.999Z') }, 23],
  ['dayOfWeek of a Sunday', e.at.dayOfWeek(), { at: ms('2024-01-07T00:00:00Z') }, 0],
  ['dayOfWeek before 1970', e.at.dayOfWeek('Europe/London'), { at: ms('1969-12-27T12:00:00Z') }, 6],
  ['ISO week', e.at.datePart('week'), { at: ms('2021-01-03T00:00:00Z') }, 53],
  ['quarter', e.at.datePart('quarter'), { at: ms('2021-12-31T00:00:00Z') }, 4],
  ['dayOfYear', e.at.datePart('dayOfYear', 'America/New_York'), { at: ms('2024-12-31T12:00:00Z') }, 366],
  ['second', e.at.datePart('second'), { at: ms('1969-12-31T23:59:58.999Z') }, 58],
  [
    'truncate to a day of 23 hours',
    e.at.truncate('day', 'America/New_York'),
    { at: ms('2019-03-11T03:59:59Z') },
    ms('2019-03-10T05:00:00Z'),
  ],
  [
    'truncate to the second of two equal hours',
    e.at.truncate('hour', 'America/New_York'),
    { at: ms('2019-11-03T06:30:00Z') },
    ms('2019-11-03T06:00:00Z'),
  ],
  [
    'truncate to a day whose midnight is there twice',
    e.at.truncate('day', 'America/Havana'),
    { at: ms('2019-11-03T15:00:00Z') },
    ms('2019-11-03T04:00:00Z'),
  ],
  ['truncate to a week', e.at.truncate('week'), { at: ms('2024-01-07T23:00:00Z') }, ms('2024-01-01T00:00:00Z')],
  ['textAt', e.any.textAt('user.tags[1]'), { any: { user: { tags: ['a', 'b'] } } }, 'b'],
  ['textAt of a number', e.any.textAt('user'), { any: { user: 5 } }, null],
  ['textAt of a name with a dot', e.any.textAt('["a.b"]'), { any: { 'a.b': 'x' } }, 'x'],
  ['toNumber', e.s.toNumber(), { s: '-12.50e1' }, -125],
  ['toNumber of what begins with a number', e.s.toNumber(), { s: '12px' }, null],
  ['toNumber of text with blanks', e.s.toNumber(), { s: ' 7' }, null],
  ['toNumber beyond the range', e.s.toNumber(), { s: '1e400' }, null],
  ['toNumber of null', e.s.toNumber(), {}, null],
  ['asText', e.any.asText(), { any: 'a"b' }, 'a"b'],
  ['asText of a number', e.any.asText(), { any: 5.5 }, null],
  ['asText of an object', e.any.asText(), { any: { a: 1 } }, null],
  ['asNumber', e.any.asNumber(), { any: -2.5 }, -2.5],
  ['asNumber of text that is one', e.any.asNumber(), { any: '07.50' }, 7.5],
  ['asNumber of other text', e.any.asNumber(), { any: 'x' }, null],
  ['asNumber of a list', e.any.asNumber(), { any: [1] }, null],
  ['asBoolean', e.any.asBoolean(), { any: false }, false],
  ['asBoolean of a number', e.any.asBoolean(), { any: 1 }, null],
  [
    'textAt of the element with a key',
    e.any.textAt('attributes[key="service.name"].value.stringValue'),
    {
      any: {
        attributes: [{ key: 'x' }, 5, [], { key: 5 }, ATTRIBUTE, { ...ATTRIBUTE, value: { stringValue: 'second' } }],
      },
    },
    'shop "1"',
  ],
  ['numberAt of the element with a key', e.any.numberAt('[k="it\'s"][0]["a.b"]'), { any: [{ k: "it's" }] }, null],
  [
    'numberAt of an element in an element',
    e.any.numberAt('[k="a"].l[k=""].n'),
    { any: [{ k: 'a', l: [{ k: '', n: 7 }] }] },
    7,
  ],
  ['textAt of an element of what is no list', e.any.textAt('[k="a"].b'), { any: { k: 'a', b: 'c' } }, null],
  ['textAt of an element that is not there', e.any.textAt('[k="a"].b'), { any: [{ k: 'b', b: 'c' }] }, null],
  ['textAt of an element whose key is a number', e.any.textAt('[k="5"].b'), { any: [{ k: 5, b: 'c' }] }, null],
  ['numberAt', e.any.numberAt('[0].n'), { any: [{ n: -2.5e3 }] }, -2500],
  ['numberAt of a text', e.any.numberAt('n'), { any: { n: '5' } }, null],
  ['numberAt where there is nothing', e.any.numberAt('a.b.c'), { any: { a: 1 } }, null],
  ['booleanAt', e.any.booleanAt('ok'), { any: { ok: false } }, false],
  ['booleanAt of null', e.any.booleanAt('ok'), { any: { ok: null } }, null],
];

let database: Duckdb;
beforeAll(async () => {
  database = await openDuckdb();
  await createTrinoMacros(database);
});
afterAll(() => database.close());

test.each(CASES)('%s, in JavaScript', (_, expression, event, expected) => {
  const found = compileToFunction(node(expression))(event);
  if (typeof expected === 'number') expect(found).toBeCloseTo(expected, 12);
  else expect(found).toBe(expected);
});

test.each([
  ['DuckDB', duckdb, (sql: string) => sql],
  ['what stands for Athena', athena, inDuckdb],
] as const)('all of them, in %s', async (_, dialect, written) => {
  const rows = CASES.map(([, expression, event], index) => {
    const sql = compileExpression(node(expression), { dialect, bounds: new Map(), derived: new Set() });
    const row = Object.entries({ ...NONE, ...event }).map(
      ([name, value]) => `${sqlOf(name, value, dialect.name)} AS "${name}"`,
    );
    return `SELECT to_json((${written(sql)})) AS value, ${index} AS n FROM (SELECT ${row.join(', ')})`;
  });
  const found: [string, unknown][] = [];
  for (const [index, row] of rows.entries()) {
    const [first] = await database.rows(row);
    const value: unknown = first?.value == null ? null : JSON.parse(String(first.value));
    found.push([CASES[index]?.[0] as string, typeof value === 'number' ? Number(value.toPrecision(12)) : value]);
  }
  const expected = CASES.map(([name, , , value]) => [
    name,
    typeof value === 'number' || typeof value === 'bigint' ? Number(Number(value).toPrecision(12)) : value,
  ]);
  expect(found).toEqual(expected);
});

const NONE = { x: null, y: null, i: null, s: null, u: null, at: null, flag: null, any: null };
const TYPES: Readonly<Record<string, string>> = {
  x: 'DOUBLE',
  y: 'DOUBLE',
  i: 'BIGINT',
  s: 'VARCHAR',
  u: 'VARCHAR',
  at: 'BIGINT',
  flag: 'BOOLEAN',
  any: 'JSON',
};

/** In Athena's table what is of any kind is its JSON, and text is without its quotes. */
function sqlOf(name: string, value: unknown, dialect: string): string {
  const isText = name !== 'any' || value === null || (dialect === 'Athena' && typeof value === 'string');
  const text = isText ? String(value) : JSON.stringify(value);
  const type = isText && name === 'any' && value !== null ? 'VARCHAR' : TYPES[name];
  return `CAST(${value === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`} AS ${type})`;
}

test.each<[() => unknown, string]>([
  [() => e.x.lower(), "lower() needs a string, and 'x' is a number."],
  [() => e.s.lower('x'), "lower() on 's' takes nothing more."],
  [() => e.x.round(0.5), "round() on 'x' takes a number of digits, a whole number from −15 to 15."],
  [() => e.x.log(1), "log() on 'x' takes a base, a positive number other than 1."],
  [
    () => e.s.matches('(?=a)'),
    'matches() on \'s\' takes no such pattern: "(?=a)" looks around or names a group with (?…: only (…) and (?:…) are taken.',
  ],
  [
    () => e.s.substring(0),
    "substring() on 's' takes the place of the first code point: a whole number from 1, or from −1 downwards, counted from the end.",
  ],
  [() => e.s.splitPart('', 1), "splitPart() on 's' takes a separator, a text that is not empty."],
  [
    () => e.at.hour('Mars/Olympus'),
    "hour() on 'at' takes a time zone such as 'America/New_York', and there is no zone \"Mars/Olympus\".",
  ],
  [
    () => e.at.truncate('fortnight'),
    "truncate() on 'at' takes one of second, minute, hour, day, week, month, quarter, year.",
  ],
  [
    () => e.any.textAt('a..b'),
    `textAt() on 'any' takes a path into the value, such as 'user.tags[0]', '["a.b"]' or '[key="a"].value', and "a..b" is none.`,
  ],
  [
    () => e.s.startsWith(5),
    "startsWith() on 's', a string, was given the number 5. Give it a string such as 'click', or an expression that is one, such as e.action.",
  ],
  [
    () => concat(e.x as never),
    "concat(…) was given 'x', a number, and needs texts, such as concat(e.city, ', ', e.country).",
  ],
  [
    () => least(e.x as never, 'a' as never),
    "least(…) puts 'x', a number, together with the result of literal(), a string: all its values are of one kind.",
  ],
  [
    () =>
      when(e.flag as never)
        .then(1)
        .otherwise(e.s as never),
    ".otherwise(…) of when(…) puts the result of literal(), a number, together with 's', a string: all its values are of one kind.",
  ],
  [
    () => coalesce(1 as never, 2),
    'coalesce(…) was given the number 1 first, and begins with an expression such as e.name.',
  ],
])('case %#: a definition is told what is wrong', (make, message) => {
  expect(make).toThrow(message);
});

test('the words of a function are its name, what it is given and its settings', () => {
  expect(describeExpression(node(e.s.lower().splitPart('/', 2)))).toBe('splitPart(lower(s), "/", 2)');
  expect(describeExpression(node(e.at.hour('Asia/Kolkata').gte(9)))).toBe('(hour(at, "Asia/Kolkata")) ≥ 9');
});
