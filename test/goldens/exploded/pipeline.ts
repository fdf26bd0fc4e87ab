import { count, Decimal, field, last, max, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const orders = stream('orders', {
  schema: Type.Object({
    id: Type.String(),
    items: Type.Array(
      Type.Object({
        sku: Type.String(),
        quantity: Type.Integer(),
        price: Decimal({ scale: 2 }),
        gift: Type.Optional(Type.Boolean()),
        parts: Type.Optional(
          Type.Array(Type.Object({ code: field('part-code', Type.String()), made: Type.Optional(Timestamp()) })),
        ),
      }),
    ),
    attributes: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
    coupons: Type.Optional(Type.Array(Type.String())),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  eventId: 'id',
  partitionKey: 'id',
  maxLateness: '10 minutes',
});

const bySku = view('by_sku', orders)
  .explode((e) => ({ item: e.items }))
  .where((e) => e.item.quantity.gt(0))
  .derive((e) => ({ sku: e.item.sku, amount: e.item.price.mul(e.item.quantity) }))
  .window(tumbling('1 hour'))
  .groupBy('sku')
  .aggregate((e) => ({
    lines: count(),
    units: sum(e.item.quantity),
    revenue: sum(e.amount),
    gifts: count().where(e.item.gift.eq(true)),
    dearest: max(e.item.price),
  }));

const byAttribute = view('by_attribute', orders)
  .explode((e) => ({ attribute: e.attributes }))
  .derive((e) => ({ key: e.attribute.key }))
  .window(tumbling('1 hour'))
  .groupBy('key')
  .aggregate((e) => ({ orders: count(), with_value: count(e.attribute.value), greatest: max(e.attribute.value) }));

const parts = view('parts', orders)
  .explode((e) => ({ item: e.items }), { position: 'line' })
  .explode((e) => ({ part: e.item.parts }), { position: 'place' })
  .select((e) => ({ id: e.id, sku: e.item.sku, line: e.line, place: e.place, code: e.part.code, made: e.part.made }));

const coupons = view('coupons', orders)
  .where((e) => e.id.ne('o9'))
  .explode((e) => ({ coupon: e.coupons }), { outer: true, position: 'place' })
  .window(tumbling('1 hour'))
  .groupBy('coupon')
  .aggregate((e) => ({ orders: count(), latest: last(e.id), furthest: max(e.place) }));

export default pipeline('golden', [bySku, byAttribute, parts, coupons]);
