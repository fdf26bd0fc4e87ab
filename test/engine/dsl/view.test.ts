import { definitionOf } from './definition-of.ts';
import { clicks, js, refusal, type Untyped } from './untyped.ts';

const raw = js.view('v', clicks);
const minute = js.tumbling('1 minute');
const hourly = raw.window(js.tumbling('1 hour'));
const counts = hourly.aggregate(() => ({ n: js.count() }));

describe('a view as data', () => {
  test('has its steps in order, and what is not set is 0', () => {
    const view = raw
      .where((e: Untyped) => e.ok)
      .derive((e: Untyped) => ({ page: e.page_url.urlPath() }))
      .where((e: Untyped) => e.page_url.ne('/'))
      .window(minute)
      .groupBy('page')
      .aggregate(() => ({ n: js.count() }));
    const { steps, ...rest } = definitionOf(view);
    expect(steps.map(({ step }) => step)).toEqual(['where', 'derive', 'where']);
    expect(rest).toMatchObject({
      kind: 'view',
      name: 'v',
      window: { sizeMs: 60_000, offsetMs: 0 },
      groupBy: [{ name: 'page', node: { op: 'field', path: ['page'], type: { kind: 'string', nullable: false } } }],
      aggregates: [{ name: 'n' }],
      derived: [],
      allowedLatenessMs: 0,
      lateEvents: 'sideOutput',
      buckets: 1,
    });
  });

  test('takes its emission', () => {
    const emission = { allowedLateness: '2 hours', lateEvents: 'drop', buckets: 256 };
    const view = raw.window(minute, emission).aggregate(() => ({ n: js.count() }));
    expect(definitionOf(view)).toMatchObject({ allowedLatenessMs: 7_200_000, lateEvents: 'drop', buckets: 256 });
  });

  test('can branch from a half-made one, which stays as it is', () => {
    const ok = raw.where((e: Untyped) => e.ok);
    const branch = (from: Untyped) => definitionOf(from.window(minute).aggregate(() => ({ n: js.count() })));
    expect(branch(ok.where((e: Untyped) => e.cached)).steps).toHaveLength(2);
    expect(branch(ok).steps).toHaveLength(1);
    expect(branch(raw).steps).toHaveLength(0);
    expect(definitionOf(counts.derive((row: Untyped) => ({ x: row.n.add(1) }))).derived).toHaveLength(1);
    expect(definitionOf(counts).derived).toHaveLength(0);
  });

  test('can have a column for each field, by spreading the fields of a struct', () => {
    const view = raw.derive((e: Untyped) => ({ ...(e.device as object) }));
    const { steps } = definitionOf(view.window(minute).aggregate(() => ({ n: js.count() })));
    expect(steps).toMatchObject([
      { name: 'os', node: { op: 'field', path: ['device', 'os'] } },
      { name: 'width', node: { op: 'field', path: ['device', 'width'] } },
    ]);
  });
});

describe('a view is refused', () => {
  test.each(['', 'Hourly', 'a-b', '5min'])('under the name %j', (name) => {
    expect(refusal(() => js.view(name, clicks))).toContain(`view '${name}': a name has 1 to 63 characters`);
  });

  test.each([
    ['a view without aggregates', raw],
    ['a name', 'clicks'],
    ['an object', {}],
  ])('over %s', (_, source) => {
    expect(refusal(() => js.view('v', source))).toBe(
      "view 'v': its source must be a stream, made by stream('…', { … }), a join, or a complete view, which ends with .aggregate(…).",
    );
  });

  test.each([undefined, null])('over %p', (source) => {
    expect(refusal(() => js.view('v', source))).toContain("view 'v': its source must be a stream");
  });

  test('without a window', () => {
    const told = "view 'v', aggregate(): the view has no window. Call .window(tumbling('5 minutes')) first.";
    expect(refusal(() => raw.aggregate(() => ({ n: js.count() })))).toBe(told);
    expect(refusal(() => raw.groupBy('ok').aggregate(() => ({ n: js.count() })))).toBe(told);
  });

  test.each([
    [{ kind: 'hopping' }, 'an object that no such function made'],
    [{ ...js.tumbling('5 minutes') }, 'an object that no such function made'],
    [null, 'an object that no such function made'],
    ['5 minutes', "'5 minutes'"],
    [undefined, "'undefined'"],
  ])('with the window %j', (window, given) => {
    expect(refusal(() => raw.window(window))).toBe(
      `view 'v', window() needs a window, made by a function such as tumbling('5 minutes'), and was given ${given}.`,
    );
  });

  test('with no window in window()', () => {
    expect(refusal(() => (raw.window as () => unknown)())).toContain("view 'v', window()");
  });

  test.each([0, -1, 1.5, 257, Number.NaN, '4'])('with %p buckets', (buckets) => {
    expect(refusal(() => raw.window(minute, { buckets }).aggregate(() => ({ n: js.count() })))).toBe(
      `view 'v', window(): buckets is ${buckets}: it must be a whole number from 1 to 256.`,
    );
  });

  test('with an allowed lateness that is no duration', () => {
    const allowedLateness = 'an hour';
    expect(refusal(() => raw.window(minute, { allowedLateness }).aggregate(() => ({ n: js.count() })))).toContain(
      "view 'v', window(): allowedLateness is 'an hour', which is not a duration.",
    );
  });

  test('with a policy for late events that there is none of', () => {
    const lateEvents = 'sideoutput';
    expect(refusal(() => raw.window(minute, { lateEvents }).aggregate(() => ({ n: js.count() })))).toContain(
      "'sideoutput'",
    );
  });

  test('with a setting of the window that there is none of, for a misspelt one would be 0 without a word', () => {
    const emission = { allowedLatenes: '1 hour' };
    expect(refusal(() => raw.window(minute, emission).aggregate(() => ({ n: js.count() })))).toContain(
      'allowedLatenes',
    );
  });
});

describe('groupBy() refuses', () => {
  test('a field that is not there, and lists those that are', () => {
    expect(refusal(() => raw.groupBy('page'))).toMatch(
      /^view 'v', groupBy\(\): there is no field 'page'\. The fields are event_id, page_url, .*, at, .*\.$/,
    );
    expect(refusal(() => raw.groupBy('device.os'))).toContain("there is no field 'device.os'.");
    expect(refusal(() => raw.groupBy('toString'))).toContain("there is no field 'toString'.");
  });

  test('a path, which is no name', () => {
    expect(refusal(() => raw.groupBy((e: Untyped) => e.ok))).toContain("view 'v', groupBy(): there is no field");
  });

  test.each(['device', 'tags'])('the object or array %s', (name) => {
    expect(refusal(() => raw.groupBy(name))).toBe(
      `view 'v', groupBy(): '${name}' is an object or an array. Group by a simple field; derive() can bring one up.`,
    );
  });

  test('one field twice', () => {
    expect(refusal(() => raw.groupBy('ok', 'status', 'ok'))).toBe("view 'v', groupBy(): a field is named twice.");
  });

  test('a name that cannot be a column of the result', () => {
    const grouped = (name: string) => refusal(() => hourly.groupBy(name).aggregate(() => ({ n: js.count() })));
    expect(grouped('revision')).toBe(
      "view 'v', groupBy(): 'revision' is a column that every result has. Take another name.",
    );
    expect(grouped('page-url')).toContain("view 'v', groupBy(): column 'page-url' must have 1 to 63 characters");
  });
});

const RESERVED = [
  'window_start',
  'window_end',
  'first_event_time',
  'last_event_time',
  'as_of',
  'revision',
  'late_events',
  'is_final',
  'partial',
];

const COLUMNS: [string, (columns: (row: Untyped) => object) => unknown, (row: Untyped) => unknown][] = [
  ["view 'v', derive()", (columns) => raw.derive(columns), (e) => e.amount],
  ["view 'v', aggregate()", (columns) => hourly.groupBy('ok').aggregate(columns), () => js.count()],
  ["view 'v', derive()", (columns) => counts.derive(columns), (row) => row.n],
];

describe.each(COLUMNS)('%s refuses a column', (where, define, value) => {
  test.each(RESERVED)('named %s', (name) => {
    // The stream has a field of this name as well, which is no reason.
    expect(refusal(() => define((row) => ({ [name]: value(row) })))).toBe(
      `${where}: '${name}' is a column that every result has. Take another name.`,
    );
  });

  test.each(['', '1st', 'a b', 'a.b', 'a-b', 'ä', 'a'.repeat(64)])('named %j', (name) => {
    expect(refusal(() => define((row) => ({ [name]: value(row) })))).toBe(
      `${where}: column '${name}' must have 1 to 63 characters, letters, digits and _, and not begin with a digit.`,
    );
  });

  test('named __proto__, which an object cannot hold like another name', () => {
    expect(refusal(() => define((row) => ({ ['__proto__']: value(row) })))).toContain("'__proto__'");
  });

  test('that is a value', () => {
    expect(refusal(() => define(() => ({ x: 5 })))).toContain(`${where}: 'x'`);
    expect(refusal(() => define(() => ({ x: undefined })))).toContain(`${where}: 'x'`);
    expect(refusal(() => define(() => ({ x: null })))).toContain(`${where}: 'x'`);
  });

  test('where the callback returns nothing', () => {
    expect(refusal(() => define((() => undefined) as never))).toContain(where);
  });

  test('where the callback returns one expression, not columns with names', () => {
    expect(refusal(() => define(value as never))).toContain(where);
  });

  test('where there is no callback', () => {
    expect(refusal(() => define(undefined as never))).toContain(where);
  });
});

describe('a taken name is refused', () => {
  test('by derive() of events', () => {
    expect(refusal(() => raw.derive((e: Untyped) => ({ status: e.amount })))).toBe(
      "view 'v', derive(): 'status' is already a column. Take another name.",
    );
    const derived = raw.derive((e: Untyped) => ({ x: e.amount }));
    expect(refusal(() => derived.derive((e: Untyped) => ({ x: e.amount })))).toContain("'x' is already a column.");
  });

  test('by aggregate(), where a group has it', () => {
    expect(refusal(() => hourly.groupBy('ok').aggregate(() => ({ ok: js.count() })))).toBe(
      "view 'v', aggregate(): 'ok' is already a column. Take another name.",
    );
    expect(definitionOf(hourly.aggregate((e: Untyped) => ({ amount: js.sum(e.amount) }))).aggregates).toHaveLength(1);
  });

  test('by derive() of rows', () => {
    const rows = hourly.groupBy('ok').aggregate(() => ({ n: js.count() }));
    expect(refusal(() => rows.derive((row: Untyped) => ({ n: row.n })))).toContain("'n' is already a column.");
    expect(refusal(() => rows.derive((row: Untyped) => ({ ok: row.n })))).toContain("'ok' is already a column.");
    const more = rows.derive((row: Untyped) => ({ x: row.n }));
    expect(refusal(() => more.derive((row: Untyped) => ({ x: row.n })))).toContain("'x' is already a column.");
  });
});

describe('aggregate() and where() refuse', () => {
  test('a column that is not made of many events', () => {
    const told = (what: string) =>
      `view 'v', aggregate(): 'x' is not an aggregate, but ${what}. Use count(), sum(e.x) and the like.`;
    expect(refusal(() => hourly.aggregate((e: Untyped) => ({ x: e.amount })))).toBe(told("'amount'"));
    expect(refusal(() => hourly.aggregate(() => ({ x: js.count })))).toBe(told("the function 'count'"));
  });

  test('what is no condition', () => {
    expect(refusal(() => raw.where(() => true))).toContain("view 'v', where() was given the boolean true");
    expect(refusal(() => raw.where(() => undefined))).toContain("view 'v', where() was given undefined");
    expect(refusal(() => raw.where((e: Untyped) => e.device))).toContain("view 'v', where() was given an object");
  });

  test('an expression that is not true or false: no event would ever pass', () => {
    expect(refusal(() => raw.where((e: Untyped) => e.status))).toContain("view 'v', where()");
    expect(refusal(() => raw.where((e: Untyped) => e.amount.add(1)))).toContain("view 'v', where()");
  });

  test('a missing callback', () => {
    expect(refusal(() => raw.where(undefined))).toContain("view 'v', where()");
  });
});
