import fc from 'fast-check';
import {
  asOfJoin,
  collect,
  count,
  field,
  last,
  max,
  Numeric,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  union,
  view,
} from 'streamgauge';
import { PipelineTest } from '../../../testing/index.ts';

const item = Type.Object({
  sku: Type.String(),
  units: Type.Optional(Type.Integer()),
  cost: Type.Optional(field('the.cost', Numeric())),
  made: Type.Optional(Timestamp('iso8601')),
  constructor: Type.Optional(Type.String()),
  sizes: Type.Optional(Type.Array(Type.Array(Type.Integer()))),
});
const settings = {
  schema: Type.Object({
    id: Type.String(),
    items: Type.Optional(Type.Array(item)),
    labels: Type.Optional(Type.Record(Type.String(), Type.Integer())),
    any: Type.Optional(Type.Any()),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  eventId: 'id',
  partitionKey: 'id',
  maxLateness: '1 minute',
} as const;
const carts = stream('carts', settings);
const at = '2026-03-01T12:00:00Z';
const startAt = '2026-03-01T12:30:00Z';

/** The values of a column of a view over some events, in order; and the dead letters. */
async function run(views: readonly unknown[], events: readonly (object | string)[]) {
  const bench = await PipelineTest.start(pipeline('test', views as never), { startAt });
  await bench.give('carts', events);
  await bench.end();
  const rowsOf = async (name: string) => (await bench.rows(name as never)) as readonly Record<string, unknown>[];
  return { rowsOf, dead: await bench.deadLetters() };
}

const bySku = view('by_sku', carts)
  .explode((e) => ({ item: e.items }))
  .derive((e) => ({ sku: e.item.sku }))
  .window(tumbling('1 hour'), { buckets: 3 })
  .groupBy('sku')
  .aggregate((e) => ({
    lines: count(),
    units: sum(e.item.units),
    cost: sum(e.item.cost),
    made: max(e.item.made),
    name: last(e.item.constructor),
  }));

/** The same by hand. */
function bySkuByHand(events: readonly { readonly items?: readonly Item[] | null }[]) {
  const groups = new Map<string, { lines: number; units: number }>();
  for (const { items } of events) {
    for (const { sku, units } of items ?? []) {
      const group = groups.get(sku) ?? { lines: 0, units: 0 };
      groups.set(sku, { lines: group.lines + 1, units: group.units + (units ?? 0) });
    }
  }
  return [...groups].map(([sku, group]) => ({ sku, ...group })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

interface Item {
  readonly sku: string;
  readonly units?: number | null;
}

test('groups of elements are those of a loop over them', async () => {
  const anItem = fc.record(
    { sku: fc.constantFrom('a', 'b', 'toString', ''), units: fc.option(fc.integer({ min: -3, max: 9 })) },
    { requiredKeys: ['sku'] },
  );
  const anEvent = fc.record({ items: fc.option(fc.array(anItem, { maxLength: 4 })) }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(fc.array(anEvent, { maxLength: 12 }), async (events) => {
      const { rowsOf } = await run(
        [bySku],
        events.map((event, n) => ({ id: `${n}`, at, ...event })),
      );
      const rows = await rowsOf('by_sku');
      expect(rows.map(({ sku, lines, units }) => ({ sku, lines, units }))).toEqual(bySkuByHand(events));
    }),
    { seed: 20_260_301, numRuns: 12 },
  );
});

test('elements are read as fields are: other names, numbers as text, times, and names that objects inherit', async () => {
  const items: readonly object[] = [
    { sku: 'a', 'the.cost': '1.5', made: '2026-01-01', constructor: 'x' },
    { sku: 'a', 'the.cost': { N: '2' }, made: null },
  ];
  const { rowsOf } = await run([bySku], [{ id: '1', items, at }]);
  expect(await rowsOf('by_sku')).toMatchObject([
    { sku: 'a', lines: 2, units: 0, cost: 3.5, made: '2026-01-01T00:00:00.000Z', name: 'x' },
  ]);
});

test('lists of lists, entries of any name, and JSON of any kind are exploded', async () => {
  const sizes = view('sizes', carts)
    .explode((e) => ({ item: e.items }))
    .explode((e) => ({ row: e.item.sizes }), { position: 'y' })
    .explode((e) => ({ size: e.row }), { position: 'x' })
    .select((e) => ({ y: e.y, x: e.x, size: e.size }));
  const labels = view('labels', carts)
    .explode((e) => ({ label: e.labels }))
    .select((e) => ({ key: e.label.key, value: e.label.value }));
  const any = view('any', carts)
    .explode((e) => ({ part: e.any }), { outer: true })
    .select((e) => ({ id: e.id, text: e.part.asText(), name: e.part.textAt('name'), none: e.part.isNull() }));
  const events = [
    `{"id":"1","at":"${at}","items":[{"sku":"a","sizes":[[1,2],[],[3]]},{"sku":"b"}],"labels":{"__proto__":1,"2":2,"":3},"any":["x",{"name":"y"},null]}`,
    `{"id":"2","at":"${at}","any":{"0":"no list"}}`,
  ];
  const { rowsOf, dead } = await run([sizes, labels, any], events);
  expect(dead).toEqual([]);
  const found = (rows: readonly Record<string, unknown>[], names: readonly string[]) =>
    rows.map((row) => names.map((name) => row[name]).join()).sort();
  expect(found(await rowsOf('sizes'), ['y', 'x', 'size'])).toEqual(['0,0,1', '0,1,2', '2,0,3']);
  expect(found(await rowsOf('labels'), ['key', 'value'])).toEqual([',3', '2,2', '__proto__,1']);
  expect(found(await rowsOf('any'), ['id', 'text', 'name', 'none'])).toEqual([
    '1,,,true',
    '1,,y,false',
    '1,x,,false',
    '2,,,true',
  ]);
});

test('lists in rows of views, of joins and of unions are exploded', async () => {
  const kept = view('kept', carts).select(['id', 'items']);
  const ofRows = view('of_rows', kept)
    .explode((e) => ({ item: e.items }))
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ lines: count(), cost: sum(e.item.cost) }));
  const ids = view('ids', carts)
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ ids: collect(e.id, { limit: 5 }) }));
  const ofCollected = view('of_collected', ids)
    .explode((e) => ({ id: e.ids }))
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ ids: count(), greatest: max(e.id.asText()) }));
  const marks = view('marks', carts).select(['id']);
  const joined = asOfJoin('joined', carts, marks, { on: { id: 'id' } });
  const ofJoined = view('of_joined', joined)
    .explode((e) => ({ item: e.carts.items }))
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ lines: count(), cost: sum(e.item.cost) }));
  const others = stream('others', settings);
  const ofUnion = view('of_union', union('both', [carts, others]))
    .explode((e) => ({ item: e.items }))
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ lines: count(), cost: sum(e.item.cost) }));
  const items = [
    { sku: 'a', 'the.cost': '1.5' },
    { sku: 'b', 'the.cost': 2 },
  ];
  const { rowsOf } = await run(
    [kept, ids, marks, ofRows, ofCollected, ofJoined, ofUnion],
    [
      { id: '1', items, at },
      { id: '2', at },
    ],
  );
  const expected = [{ lines: 2, cost: 3.5 }];
  expect(await rowsOf('of_rows')).toMatchObject(expected);
  expect(await rowsOf('of_collected')).toMatchObject([{ ids: 2, greatest: '2' }]);
  expect(await rowsOf('of_joined')).toMatchObject(expected);
  expect(await rowsOf('of_union')).toMatchObject(expected);
});

describe('an event is a dead letter, and its reason names the element', () => {
  const sizes = view('sizes', carts)
    .explode((e) => ({ item: e.items }))
    .explode((e) => ({ row: e.item.sizes }))
    .window(tumbling('1 hour'))
    .aggregate(() => ({ rows: count() }));
  const many = (n: number) => Array.from({ length: n }, () => ({ sku: 'a' }));
  test.each<[string, object, string, string]>([
    [
      'of a time that is none',
      { items: [{ sku: 'a' }, { sku: 'b', made: 'noon' }] },
      'unknown_time',
      'Field \'items.1.made\' is "noon"',
    ],
    [
      'of a number that is none',
      { items: [{ sku: 'a', 'the.cost': 'free' }] },
      'wrong_type',
      'Field \'items.0.the.cost\' is "free"',
    ],
    ['without a required field', { items: [{ units: 1 }] }, 'missing_field', "Field 'items.0.sku'"],
    ['of a number beyond 2^53', { items: [{ sku: 'a', units: 2 ** 53 }] }, 'wrong_type', "Field 'items.0.units'"],
    ['that is null', { items: [null] }, 'missing_field', "Field 'items.0'"],
    [
      'of more rows than there can be',
      { items: many(10_001) },
      'oversized',
      "Field 'items' makes 10,001 rows of the event",
    ],
    [
      'of a list in a list with more rows than there can be',
      { items: Array.from({ length: 101 }, () => ({ sku: 'a', sizes: Array.from({ length: 100 }, () => []) })) },
      'oversized',
      "Field 'items' makes 10,100 rows of the event",
    ],
    [
      'beside which the event has too much',
      { items: many(4_000), any: 'x'.repeat(50_000) },
      'oversized',
      'what the event has beside it is too much to be kept in each of them',
    ],
  ])('%s', async (_, event, reason, message) => {
    const most = reason === 'oversized' ? 10_000 : 1;
    const { rowsOf, dead } = await run(
      [bySku, sizes],
      [
        { id: '1', at, items: many(most) },
        { id: '2', at, ...event },
      ],
    );
    expect(await rowsOf('by_sku')).toMatchObject([{ sku: 'a', lines: most }]);
    expect(dead).toMatchObject([{ reason, message: expect.stringContaining(message) as string }]);
  });

  test('or its list counts as null, where the stream says so: but not where it is too long', async () => {
    const lenient = stream('carts', { ...settings, optionalMismatch: 'null' });
    const lines = view('lines', lenient)
      .explode((e) => ({ item: e.items }), { outer: true })
      .window(tumbling('1 hour'))
      .aggregate((e) => ({ rows: count(), items: count(e.item.sku), events: count(e.id) }));
    const { rowsOf, dead } = await run(
      [lines],
      [
        { id: '1', at, items: [{ sku: 'a', made: 'noon' }] },
        { id: '2', at, items: many(10_001) },
      ],
    );
    expect(await rowsOf('lines')).toMatchObject([{ rows: 1, items: 0, events: 1 }]);
    expect(dead).toMatchObject([{ reason: 'oversized' }]);
  });
});

test('a list that comes by way of other views is looked into where its events come in', async () => {
  const kept = view('kept', carts)
    .derive((e) => ({ goods: e.items }))
    .select((e) => ({ id: e.id, things: e.goods }));
  const more = view('more', carts).select((e) => ({ id: e.id, things: e.items }));
  const both = union('both', [kept, more]);
  const joined = asOfJoin('joined', carts, both, { on: { id: 'id' } });
  const end = tumbling('1 hour');
  const lines = () => ({ lines: count() });
  const ofKept = view('of_kept', kept)
    .explode((e) => ({ thing: e.things }))
    .window(end)
    .aggregate(lines);
  const ofBoth = view('of_both', both)
    .explode((e) => ({ thing: e.things }))
    .window(end)
    .aggregate(lines);
  const ofJoined = view('of_joined', joined)
    .explode((e) => ({ thing: e.both.things }))
    .window(end)
    .aggregate(lines);
  const ofLeft = view('of_left', joined)
    .explode((e) => ({ thing: e.carts.items }))
    .window(end)
    .aggregate(lines);
  const events = [
    { id: '1', at, items: [{ sku: 'a', 'the.cost': 1 }] },
    { id: '2', at, items: [{ sku: 'a', 'the.cost': 'free' }] },
  ];
  for (const views of [
    [kept, ofKept],
    [kept, more, ofBoth],
    [kept, more, ofJoined],
    [kept, more, ofLeft],
  ]) {
    const { rowsOf, dead } = await run(views, events);
    expect(dead).toMatchObject([{ reason: 'wrong_type' }]);
    expect(await rowsOf(views.at(-1)?.name as string)).toMatchObject([{ lines: views.at(-1) === ofBoth ? 2 : 1 }]);
  }
  expect((await run([kept, more], events)).dead).toEqual([]);
});

test('a number in an element is not rounded in silence', async () => {
  const measures = stream('carts', {
    ...settings,
    schema: Type.Object({
      id: Type.String(),
      parts: Type.Record(Type.String(), Type.Object({ xs: Type.Array(Type.Number()) })),
      at: Timestamp('iso8601'),
    }),
  });
  const sums = view('sums', measures)
    .explode((e) => ({ part: e.parts }))
    .explode((e) => ({ x: e.part.value.xs }))
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ n: count(), most: max(e.x) }));
  const eventOf = (id: number, x: string) => `{"id":"${id}","parts":{"a":{"xs":[1,${x}]}},"at":"${at}"}`;
  const numbers = ['1e300', '9007199254740992.5', '9007199254740993'];
  const { rowsOf, dead } = await run(
    [sums],
    numbers.map((x, id) => eventOf(id, x)),
  );
  expect(await rowsOf('sums')).toMatchObject([{ n: 4, most: 1e300 }]);
  expect(dead).toMatchObject([
    {
      reason: 'wrong_type',
      message:
        "Field 'parts.a.value.xs.1' is 9007199254740993, which would be rounded: send it as text, in stream 'carts'.",
    },
  ]);
});

test('lists that no view explodes are JSON that nobody looks into, as before', async () => {
  const shown = view('shown', carts).select(['id', 'items']);
  const items = [{ sku: 'a', made: 'noon', 'the.cost': 'free' }];
  const { rowsOf, dead } = await run([shown], [{ id: '1', at, items }]);
  expect(dead).toEqual([]);
  expect(await rowsOf('shown')).toMatchObject([{ id: '1', items }]);
});

test('an event is late once, and its groups missed each of its elements', async () => {
  const bench = await PipelineTest.start(pipeline('test', [bySku]), { startAt });
  const items = [{ sku: 'a' }, { sku: 'a' }, { sku: 'b' }];
  await bench.give('carts', [
    { id: '1', at, items: [{ sku: 'a' }] },
    { id: '2', at: '2026-03-01T14:00:00Z' },
  ]);
  await bench.advance('2 hours');
  await bench.give('carts', [{ id: '3', at, items }]);
  await bench.end();
  expect((await bench.lateEvents()).map(({ event }) => (event as { id: string }).id)).toEqual(['3']);
  expect(await bench.rows('by_sku')).toMatchObject([{ sku: 'a', lines: 1, late_events: 2 }]);
});
