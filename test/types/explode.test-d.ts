import {
  collect,
  count,
  Decimal,
  type Instant,
  intervalJoin,
  last,
  type RowOf,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';
import type { BooleanExpr, JsonExpr, NumberExpr, StringExpr, TimestampExpr } from '../../engine/dsl/types.ts';
import { same } from './equal.ts';
import { orders } from './orders.ts';

// None of this runs. Each line under a directive must not compile.

const carts = stream('carts', {
  schema: Type.Object({
    id: Type.String(),
    amount: Type.Number(),
    items: Type.Array(
      Type.Object({
        sku: Type.Enum(['tea', 'mug']),
        price: Decimal({ scale: 2 }),
        made: Type.Optional(Timestamp('epoch-ms')),
        box: Type.Optional(Type.Object({ open: Type.Boolean() })),
        sizes: Type.Array(Type.Integer()),
      }),
    ),
    tags: Type.Optional(Type.Array(Type.String())),
    labels: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
    payload: Type.Any(),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 minute',
});
const raw = view('v', carts);

raw
  .explode((e) => ({ item: e.items }), { position: 'line' })
  .where((e) => {
    same<typeof e.item.sku, StringExpr<'tea' | 'mug'>>(true);
    same<typeof e.item.price, NumberExpr<number>>(true);
    same<typeof e.item.made, TimestampExpr<Instant | null>>(true);
    same<typeof e.item.box.open, BooleanExpr<boolean | null>>(true);
    same<typeof e.line, NumberExpr<number>>(true);
    same<typeof e.id, StringExpr<string>>(true);
    // @ts-expect-error an element has no such field
    return e.item.prize.gt(1);
  });
raw
  .explode((e) => ({ item: e.items }), { outer: true, position: 'line' })
  .where((e) => {
    same<typeof e.item.price, NumberExpr<number | null>>(true);
    same<typeof e.line, NumberExpr<number | null>>(true);
    return e.item.isNull().or(e.item.sku.eq('tea'));
  });
raw
  .explode((e) => ({ item: e.items }))
  .explode((e) => ({ size: e.item.sizes }))
  .where((e) => {
    same<typeof e.size, NumberExpr<number>>(true);
    return e.size.gt(e.item.price);
  });
raw
  .explode((e) => ({ tag: e.tags }))
  .where((e) => {
    same<typeof e.tag, StringExpr<string>>(true);
    return e.tag.eq('new');
  });
raw
  .explode((e) => ({ label: e.labels }))
  .where((e) => {
    same<typeof e.label.key, StringExpr<string>>(true);
    same<typeof e.label.value, NumberExpr<number | null>>(true);
    return e.label.value.gt(1);
  });
raw
  .explode((e) => ({ part: e.payload }))
  .where((e) => {
    same<typeof e.part, JsonExpr<unknown>>(true);
    return e.part.textAt('kind').eq('x');
  });
raw
  .derive((e) => ({ things: e.items }))
  .explode((e) => ({ thing: e.things }))
  .where((e) => e.thing.price.gt(1));

const bySku = raw
  .explode((e) => ({ item: e.items }))
  .derive((e) => ({ sku: e.item.sku }))
  .window(tumbling('1 hour'))
  .groupBy('sku')
  .aggregate((e) => ({ lines: count(), revenue: sum(e.item.price), made: last(e.item.made) }));
same<
  Pick<RowOf<typeof bySku>, 'sku' | 'lines' | 'revenue' | 'made'>,
  { sku: 'tea' | 'mug'; lines: number; revenue: number; made: string | null }
>(true);

// A list that is shown is as it came.
const shown = raw.select(['items', 'labels', 'tags']);
same<RowOf<typeof shown>['tags'], string[] | null>(true);
same<RowOf<typeof shown>['labels'], Record<string, number | null>>(true);
same<RowOf<typeof shown>['items'][number]['made'], number | undefined>(true);
// Rows of views are exploded too, and what joins make of them.
view('w', shown)
  .explode((e) => ({ item: e.items }))
  .where((e) => e.item.price.gt(1));
const collected = raw.window(tumbling('1 hour')).aggregate((e) => ({ ids: collect(e.id, { limit: 9 }) }));
view('x', collected)
  .explode((row) => ({ id: row.ids }))
  .where((e) => e.id.asText().eq('1'));
const joined = intervalJoin('joined', carts, orders, {
  type: 'left',
  on: { id: 'order_id' },
  between: ['0 ms', '1 minute'],
});
view('y', joined)
  .explode((e) => ({ item: e.carts.items }))
  .where((e) => e.item.price.gt(1));

// @ts-expect-error a number is no list
raw.explode((e) => ({ item: e.amount }));
// @ts-expect-error an object of fields is no list
raw.explode((e) => ({ item: e.items })).explode((e) => ({ box: e.item.box }));
// @ts-expect-error the name is taken
raw.explode((e) => ({ id: e.items }));
// @ts-expect-error every result has such a column
raw.explode((e) => ({ revision: e.items }));
// @ts-expect-error there is no such option
raw.explode((e) => ({ item: e.items }), { limit: 3 });
// @ts-expect-error an object makes no group
raw.explode((e) => ({ item: e.items })).groupBy('item');
// @ts-expect-error a list has no methods of text
raw.where((e) => e.tags.lower().eq('x'));
