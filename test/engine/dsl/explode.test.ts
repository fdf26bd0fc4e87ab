import { Type } from 'streamgauge';
import { definitionOf } from './definition-of.ts';
import { js, refusal, SETTINGS, type Untyped } from './untyped.ts';

const schema = Type.Object({
  ...SETTINGS.schema.properties,
  items: Type.Array(
    Type.Object({ sku: Type.String(), units: Type.Integer({ minimum: 0 }), codes: Type.Array(Type.String()) }),
  ),
  labels: Type.Optional(Type.Record(Type.String(), Type.Number())),
  payload: Type.Optional(Type.Any()),
});
const carts = js.stream('carts', { ...SETTINGS, schema });
const raw = js.view('v', carts);
type Loose = Record<string, Untyped>;
const explode = (name: string, list: string, options?: unknown) =>
  raw.explode((e: Loose) => ({ [name]: e[list] }), options);
const end = (view: unknown) =>
  definitionOf((view as Untyped).window(js.tumbling('1 hour')).aggregate(() => ({ n: js.count() })));

test('a step says which list, and what of it are columns', () => {
  const { steps } = end(explode('item', 'items', { position: 'line', outer: true }));
  expect(steps).toMatchObject([
    {
      step: 'explode',
      name: 'item',
      kind: 'list',
      position: 'line',
      outer: true,
      list: { op: 'field', path: ['items'] },
    },
  ]);
  expect(end(explode('label', 'labels')).steps).toMatchObject([{ step: 'explode', kind: 'map' }]);
});

test('what an element is, is no part of the JSON that a fingerprint is made of', () => {
  const { steps } = end(explode('item', 'items'));
  expect(JSON.parse(JSON.stringify(steps))).toEqual([
    {
      step: 'explode',
      name: 'item',
      list: { op: 'field', path: ['items'], type: { kind: 'json', nullable: false } },
      kind: 'list',
    },
  ]);
});

test('fields of elements are nullable where there may be no element', () => {
  const typeOf = (options: unknown) => {
    const view = explode('item', 'items', options).derive((e: Loose) => ({ sku: (e.item as unknown as Loose).sku }));
    return end(view).steps[1];
  };
  expect(typeOf({})).toMatchObject({ node: { type: { kind: 'string', nullable: false } } });
  expect(typeOf({ outer: true })).toMatchObject({ node: { type: { kind: 'string', nullable: true } } });
});

test.each<[string, () => unknown, string]>([
  [
    'a number',
    () => explode('item', 'amount'),
    "view 'v', explode(): 'amount' is a number. It takes a list (Type.Array), or an object with any names (Type.Record).",
  ],
  [
    'two lists at once',
    () => raw.explode((e: Loose) => ({ a: e.items, b: e.tags })),
    "view 'v', explode() makes the elements of one list a column, such as (e) => ({ item: e.items }), and was given 2 columns.",
  ],
  ['no list', () => raw.explode(() => ({})), 'and was given 0 columns.'],
  ['a list without a name', () => raw.explode((e: Loose) => e.items), 'its function must return an object of columns'],
  ['a name that is taken', () => explode('tags', 'items'), "'tags' is already a column. Take another name."],
  [
    'a position of the same name',
    () => explode('item', 'items', { position: 'item' }),
    "view 'v', explode(), position: 'item' is already a column. Take another name.",
  ],
  [
    'a position in what has no order',
    () => explode('label', 'labels', { position: 'place' }),
    "'labels' is an object with any names, which have no order. Leave position away, and take e.label.key.",
  ],
  [
    'an option that is none',
    () => explode('item', 'items', { limit: 3 }),
    "there is no option 'limit'. It takes position and outer.",
  ],
  ['outer that is no boolean', () => explode('item', 'items', { outer: 1 }), 'outer is 1, and must be true or false.'],
  [
    'a position that is no name',
    () => explode('item', 'items', { position: 0 }),
    'position is 0, and must be the name of a column',
  ],
  [
    'two lists side by side',
    () => explode('item', 'items').explode((e: Loose) => ({ tag: e.tags })),
    "'tags' is no list in 'item', which the view has exploded before: each pair of elements of the two would be a row.",
  ],
  [
    'a list of the event behind one in an element',
    () =>
      explode('item', 'items')
        .explode((e: Loose) => ({ code: (e.item as unknown as Loose).codes }))
        .explode((e: Loose) => ({ other: (e.item as unknown as Loose).codes })),
    "is no list in 'code'",
  ],
  [
    'a field that elements have not',
    () => explode('item', 'items').where((e: Loose) => (e.item as unknown as Loose).skew),
    "has no field 'item.skew'. Its fields are sku, units, codes.",
  ],
  ['a group by an object', () => explode('item', 'items').groupBy('item'), "'item' is an object or an array."],
])('%s is refused', (_, define, message) => {
  expect(refusal(define)).toContain(message);
});

test('a sum over elements may fall: their schema is not looked into', () => {
  const rising = () =>
    explode('item', 'items')
      .window(js.tumbling('1 hour'))
      .aggregate((e: Loose) => ({ units: js.sum((e.item as unknown as Loose).units) }));
  const early = { when: (row: Loose) => row.units?.gt(3), early: '1 minute', severity: 'info', to: [js.terminal()] };
  expect(refusal(() => rising().alert('much', early))).toContain('sums something that may be negative');
});
