import type { AggregateColumn } from '../../../engine/dsl/aggregate-column.ts';
import { rowShape } from '../../../engine/ir/view-definition.ts';
import { definitionOf } from './definition-of.ts';
import { clicks, js, refusal, type Untyped } from './untyped.ts';

const hourly = js.view('v', clicks).window(js.tumbling('1 hour'));
const columnOf = (make: (e: Untyped) => unknown) =>
  definitionOf(hourly.aggregate((e: Untyped) => ({ n: make(e) }))).aggregates[0]?.column as AggregateColumn;
const refused = (make: (e: Untyped) => unknown) => refusal(() => columnOf(make));

const number = (nullable: boolean) => ({ kind: 'number', nullable });
const whole = (nullable: boolean) => ({ kind: 'number', nullable, integer: true });
const json = (nullable: boolean) => ({ kind: 'json', nullable });
const text = (nullable: boolean) => ({ kind: 'string', nullable });

describe('the type of a column says what its values are, as RowOf does', () => {
  test.each<[string, (e: Untyped) => Untyped, object, object]>([
    ['count()', () => js.count(), whole(false), whole(false)],
    ['count(of)', (e) => js.count(e.bytes), whole(false), whole(false)],
    ['count(of an array)', (e) => js.count(e.tags), whole(false), whole(false)],
    ['sum of whole numbers', (e) => js.sum(e.status), whole(false), whole(false)],
    ['sum of numbers', (e) => js.sum(e.amount), number(false), number(false)],
    ['sum of what can be null', (e) => js.sum(e.bytes), whole(false), whole(false)],
    ['mean', (e) => js.mean(e.status), number(false), number(true)],
    ['mean of what can be null', (e) => js.mean(e.bytes), number(true), number(true)],
    ['min', (e) => js.min(e.status), whole(false), whole(true)],
    ['max of texts', (e) => js.max(e.page_url), text(false), text(true)],
    ['max of what can be null', (e) => js.max(e.referrer), text(true), text(true)],
    ['max of instants', (e) => js.max(e.at), { kind: 'instant', nullable: false }, { kind: 'instant', nullable: true }],
    ['variance', (e) => js.variance(e.amount), number(true), number(true)],
    ['stddev', (e) => js.stddev(e.amount), number(true), number(true)],
    ['countDistinct', (e) => js.countDistinct(e.page_url), whole(true), whole(true)],
    ['rate()', () => js.rate(), number(false), number(false)],
    ['rate(of)', (e) => js.rate(e.bytes), number(false), number(false)],
    ['quantile', (e) => js.quantile(e.status, 0.9), number(true), number(true)],
    ['topK', (e) => js.topK(e.page_url, 3), json(true), json(true)],
    ['histogram', (e) => js.histogram(e.bytes, { bounds: [0] }), json(false), json(false)],
  ])('%s', (_, make, alone, withWhere) => {
    expect(columnOf(make).type).toEqual(alone);
    expect(columnOf((e) => make(e).where(e.ok)).type).toEqual(withWhere);
  });
});

test('a row has the window, the groups, the aggregates and the derived columns, in this order', () => {
  const view = hourly
    .groupBy('referrer', 'ok')
    .aggregate((e: Untyped) => ({ n: js.count(), mean: js.mean(e.bytes) }))
    .derive((row: Untyped) => ({ x: row.n.div(2), y: row.mean.isNull() }));
  expect([...rowShape(definitionOf(view)).fields]).toEqual([
    ['window_start', { shape: 'leaf', type: { kind: 'instant', nullable: false } }],
    ['window_end', { shape: 'leaf', type: { kind: 'instant', nullable: false } }],
    ['referrer', { shape: 'leaf', type: text(true) }],
    ['ok', { shape: 'leaf', type: { kind: 'boolean', nullable: false } }],
    ['n', { shape: 'leaf', type: whole(false) }],
    ['mean', { shape: 'leaf', type: number(true) }],
    ['x', { shape: 'leaf', type: number(true) }],
    ['y', { shape: 'leaf', type: { kind: 'boolean', nullable: false } }],
  ]);
});

describe('an aggregate is refused', () => {
  test('of another kind than it takes', () => {
    expect(refused((e) => js.sum(e.page_url))).toBe('sum(…) was given a string, and needs a number.');
    expect(refused((e) => js.mean(e.at))).toBe('mean(…) was given a instant, and needs a number.');
    expect(refused((e) => js.stddev(e.ok))).toBe('stddev(…) was given a boolean, and needs a number.');
    expect(refused((e) => js.min(e.ok))).toBe('min(…) was given a boolean, and needs a number, text or instant.');
    expect(refused((e) => js.max(e.tags))).toBe('max(…) was given a json, and needs a number, text or instant.');
    expect(refused((e) => js.countDistinct(e.tags))).toBe(
      'countDistinct(…) was given a json, and needs a number, text, boolean or instant.',
    );
  });

  test('of what is no expression', () => {
    const needed = 'and needs an expression such as e.amount or e.status.gte(500).';
    expect(refused(() => js.sum())).toBe(`sum(…) was given undefined, ${needed}`);
    expect(refused(() => js.mean('amount'))).toBe(`mean(…) was given the string "amount", ${needed}`);
    expect(refused(() => js.count(null))).toBe(`count(…) was given null, ${needed}`);
    expect(refused((e) => js.count(e.device))).toContain('count(…) was given an object (a struct is no value');
    expect(refused(() => js.max(() => 1))).toBe(`max(…) was given a function, ${needed}`);
    expect(refused(() => js.sum(js.count()))).toContain('sum(…) was given the aggregate count(…)');
  });

  test('with two filters', () => {
    expect(refused((e) => js.count().where(e.ok).where(e.cached))).toBe(
      'count(…) has two .where(…): write one, with a.and(b).',
    );
  });

  test('with a filter that is a value', () => {
    expect(refused(() => js.count().where())).toContain('count(…).where() was given undefined');
    expect(refused(() => js.count().where(true))).toContain('count(…).where() was given the boolean true');
  });

  test('with a filter that is not true or false: it would count nothing', () => {
    expect(refused((e) => js.count().where(e.status))).toContain('count(…).where()');
  });

  test.each([0, -1, 1.5, 1_000_001, Number.NaN, Number.POSITIVE_INFINITY, '10'])('with the limit %p', (limit) => {
    expect(refused((e) => js.countDistinct(e.page_url, { limit }))).toBe(
      `countDistinct(…) has a limit of ${limit}: it must be a whole number from 1 to 1,000,000.`,
    );
  });

  test('with a setting that there is none of', () => {
    expect(refused((e) => js.countDistinct(e.page_url, { limt: 5 }))).toMatch(/^countDistinct\(…\) .*'limt'.*limit/);
    expect(refused((e) => js.variance(e.amount, { off: 'sample' }))).toMatch(/^variance\(…\) .*'off'/);
    expect(refused((e) => js.stddev(e.amount, 'sample'))).toMatch(/^stddev\(…\) /);
  });

  test('with a variance of neither a sample nor a population', () => {
    expect(refused((e) => js.variance(e.amount, { of: 'populaton' }))).toContain("'populaton'");
    expect(refused((e) => js.stddev(e.amount, { of: 'all' }))).toContain("'all'");
  });
});

test('countDistinct takes a limit from 1 to a million, 10,000 unless set', () => {
  const limited = (options?: object) => columnOf((e) => js.countDistinct(e.page_url, options)).spec;
  expect(limited({ limit: 1 })).toEqual({ kind: 'countDistinct', limit: 1 });
  expect(limited({ limit: 1_000_000 })).toEqual({ kind: 'countDistinct', limit: 1_000_000 });
  expect(limited()).toEqual({ kind: 'countDistinct', limit: 10_000 });
});
