import type { NamedAggregate } from '../../../engine/ir/view-definition.ts';
import { definitionOf } from '../dsl/definition-of.ts';
import { clicks, js, refusal, type Untyped } from '../dsl/untyped.ts';

const hourly = js.view('v', clicks).window(js.tumbling('1 hour'));
const viewOf = (make: (e: Untyped) => unknown) => hourly.aggregate((e: Untyped) => ({ top: make(e) }));
const specOf = (make: (e: Untyped) => unknown) =>
  (definitionOf(viewOf(make)).aggregates[0] as NamedAggregate).column.spec;
const refused = (make: (e: Untyped) => unknown) => refusal(() => viewOf(make));

describe('quantile', () => {
  test('takes a share, or settings with a relative error of 0.01 unless set', () => {
    expect(specOf((e) => js.quantile(e.bytes, 0.95))).toEqual({ kind: 'quantile', q: 0.95, relativeError: 0.01 });
    const settings = { q: 1, relativeError: 0.001 };
    expect(specOf((e) => js.quantile(e.bytes, settings))).toEqual({ kind: 'quantile', ...settings });
  });

  test('has a percentile and a median as short forms, the percentile being the decimal that was written', () => {
    const quantile = (q: number) => ({ kind: 'quantile', q, relativeError: 0.01 });
    expect(specOf((e) => js.median(e.bytes))).toEqual(quantile(0.5));
    expect(specOf((e) => js.percentile(e.bytes, 95))).toEqual(quantile(0.95));
    expect(99.9 / 100).not.toBe(0.999);
    expect(specOf((e) => js.percentile(e.bytes, 99.9))).toEqual(quantile(0.999));
  });

  test.each([-0.1, 1.1, 95, Number.NaN])('is refused with a q of %p', (q) => {
    expect(refused((e) => js.quantile(e.bytes, q))).toBe(
      `quantile(…) has a q of ${q}: it must be a number from 0 to 1, such as 0.95.`,
    );
  });

  test.each([0, 0.0009, 0.11, 1, Number.NaN])('is refused with a relative error of %p', (relativeError) => {
    expect(refused((e) => js.quantile(e.bytes, { q: 0.5, relativeError }))).toBe(
      `quantile(…) has a relativeError of ${relativeError}: it must be a number from 0.001 to 0.1.`,
    );
  });

  test('is refused without a share, with another setting, or of a text', () => {
    expect(refused((e) => js.quantile(e.bytes))).toMatch(/^quantile\(…\) needs its settings/);
    expect(refused((e) => js.quantile(e.bytes, {}))).toContain('has a q of undefined');
    expect(refused((e) => js.quantile(e.bytes, { q: 0.5, error: 0.1 }))).toContain("no setting 'error'");
    expect(refused((e) => js.quantile(e.page_url, 0.5))).toBe('quantile(…) was given a string, and needs a number.');
    expect(refused((e) => js.percentile(e.bytes, 101))).toBe(
      'percentile(…) has a percent of 101: it must be a number from 0 to 100.',
    );
  });
});

describe('topK', () => {
  test('takes a limit of different values, 10,000 unless set', () => {
    expect(specOf((e) => js.topK(e.page_url, 10))).toEqual({ kind: 'topK', k: 10, limit: 10_000 });
    expect(specOf((e) => js.topK(e.ok, 1, { limit: 2 }))).toEqual({ kind: 'topK', k: 1, limit: 2 });
  });

  test.each([0, 101, 1.5, undefined])('is refused with a k of %p', (k) => {
    expect(refused((e) => js.topK(e.page_url, k))).toBe(
      `topK(…) has a k of ${k}: it must be a whole number from 1 to 100.`,
    );
  });

  test('is refused with a limit that is none, another setting, or of a list', () => {
    expect(refused((e) => js.topK(e.page_url, 3, { limit: 0 }))).toBe(
      'topK(…) has a limit of 0: it must be a whole number from 1 to 1,000,000.',
    );
    expect(refused((e) => js.topK(e.page_url, 3, { capacity: 9 }))).toContain("no setting 'capacity'");
    expect(refused((e) => js.topK(e.tags, 3))).toBe(
      'topK(…) was given a json, and needs a number, text, boolean or instant.',
    );
  });
});

describe('histogram', () => {
  const boundsOf = (options: unknown) => (specOf((e) => js.histogram(e.bytes, options)) as { bounds?: unknown }).bounds;
  const refusalOf = (options: unknown) => refused((e) => js.histogram(e.bytes, options));

  test('takes its bounds, or equal buckets from one number to another', () => {
    expect(boundsOf({ bounds: [-0, 10, 100] })).toStrictEqual([0, 10, 100]);
    expect(boundsOf({ from: 0, to: 1, buckets: 10 })).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(boundsOf({ from: -20, to: 40, buckets: 3 })).toEqual([-20, 0, 20, 40]);
    expect(boundsOf({ from: 0, to: 1, buckets: 100 })).toHaveLength(101);
  });

  test.each([[[]], [Array.from({ length: 102 }, (_, i) => i)], [5]])(
    'is refused without a list of bounds that fits',
    (bounds) => {
      expect(refusalOf({ bounds })).toBe('histogram(…) needs a list of 1 to 101 bounds.');
    },
  );

  test.each([[[1, 1]], [[2, 1]], [[0, Number.POSITIVE_INFINITY]], [[Number.NaN]], [[0, '1']]])(
    'is refused with the bounds %p',
    (bounds) => {
      expect(refusalOf({ bounds })).toBe(
        `histogram(…) has the bounds ${bounds.join(', ')}: they must be numbers, each above the last.`,
      );
    },
  );

  test('is refused with buckets that are none, both ways at once, or no settings', () => {
    expect(refusalOf({ from: 0, to: 1, buckets: 101 })).toBe(
      'histogram(…) has a number of buckets of 101: it must be a whole number from 1 to 100.',
    );
    expect(refusalOf({ from: 1, to: 0, buckets: 2 })).toContain('has the bounds 1, 0.5, 0:');
    expect(refusalOf({ from: 0, buckets: 2 })).toContain('they must be numbers');
    expect(refusalOf({ bounds: [1], buckets: 2 })).toContain("no setting 'buckets'");
    expect(refusalOf(undefined)).toContain('needs its settings');
    expect(refusalOf([1, 2])).toContain("no setting '0'");
    expect(refused((e) => js.histogram(e.at, { bounds: [0] }))).toContain('was given a instant, and needs a number');
  });
});

describe('a rate', () => {
  test('is of events, or of a number', () => {
    expect(specOf(() => js.rate())).toEqual({ kind: 'rate' });
    expect(refused((e) => js.rate(e.page_url))).toBe('rate(…) was given a string, and needs a number.');
    expect(refused(() => js.rate(null))).toContain('rate(…) was given null');
  });

  test('is refused over a global window', () => {
    const running = js.view('v', clicks).window(js.global({ emitEvery: '1 minute' }));
    expect(refusal(() => running.aggregate(() => ({ n: js.rate() })))).toBe(
      "view 'v', aggregate(): 'n' is a rate, and a global window has no length to divide by. Use count() or sum(e.x).",
    );
  });
});

describe('a column that is a list', () => {
  const derived = (make: (top: Untyped) => unknown) =>
    refusal(() => viewOf((e) => js.topK(e.page_url, 3)).derive((row: Untyped) => ({ x: make(row.top) })));

  test('can be asked whether it is null', () => {
    expect(
      definitionOf(viewOf((e) => js.topK(e.page_url, 3)).derive((row: Untyped) => ({ none: row.top.isNull() })))
        .derived,
    ).toHaveLength(1);
  });

  test.each(['eq', 'ne', 'gt', 'lte', 'in', 'coalesce'] as const)('is no operand of %s()', (method) => {
    expect(derived((top) => top[method as 'eq'](top))).toBe(
      `${method}() does not look into 'top', which is a list or an object: of expressions, only isNull() takes it.`,
    );
  });

  test('is no operand of the methods of numbers and texts', () => {
    expect(derived((top) => top.add(1))).toBe("add() needs a number, and 'top' is a list or an object.");
    expect(derived((top) => top.urlPath())).toBe("urlPath() needs a string, and 'top' is a list or an object.");
  });
});

describe('aggregates of two expressions', () => {
  test.each<[(e: Untyped) => unknown, string]>([
    [
      (e) => js.argMax(e.tags, e.bytes),
      "argMax(…) was given 'tags', a list or an object, and needs a number or a string or a boolean or an instant there.",
    ],
    [
      (e) => js.argMin(e.page_url, e.ok),
      "argMin(…) was given 'ok', a boolean, and needs a number or a string or an instant there.",
    ],
    [
      (e) => js.covariance(e.bytes, e.page_url),
      "covariance(…) was given 'page_url', a string, and needs a number there.",
    ],
    [
      (e) => js.topN(e.page_url, { by: e.bytes, n: 0 }),
      'topN(…) has an n of 0: it must be a whole number from 1 to 100.',
    ],
    [
      (e) => js.collect(e.page_url, { limit: 2000 }),
      'collect(…) has a limit of 2000: it must be a whole number from 1 to 1,000.',
    ],
    [(e) => js.any(e.bytes), 'any(…) was given a number, and needs a boolean.'],
  ])('case %#: one that it does not take is refused', (make, message) => {
    expect(refused(make)).toBe(message);
  });

  test('keep the types of their values, and can have a condition', () => {
    const [{ column }] = definitionOf(
      viewOf((e) => (js.argMax(e.page_url, e.bytes) as unknown as { where(c: unknown): unknown }).where(e.ok)),
    ).aggregates as [NamedAggregate];
    expect(column.spec).toEqual({ kind: 'argMax', of: { kind: 'string' } });
    expect(column.type).toEqual({ kind: 'string', nullable: true });
  });
});
