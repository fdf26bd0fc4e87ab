import { stream, Timestamp, Type } from 'streamgauge';

/** A stream with a field of every kind that a schema can have. */
export const orders = stream('orders', {
  schema: Type.Object({
    order_id: Type.String(),
    status: Type.Enum(['open', 'paid', 'sent']),
    priority: Type.Union([Type.Literal('low'), Type.Literal('high')]),
    amount: Type.Number(),
    items: Type.Integer(),
    paid: Type.Boolean(),
    discount: Type.Optional(Type.Number()),
    note: Type.Optional(Type.String()),
    gift: Type.Optional(Type.Boolean()),
    rank: Type.Union([Type.Integer(), Type.Null()]),
    channel: Type.Optional(Type.Enum(['web', 'shop'])),
    // A field may have the name of a method.
    device: Type.Object({ os: Type.String(), eq: Type.Number(), screen: Type.Object({ width: Type.Integer() }) }),
    address: Type.Optional(Type.Object({ city: Type.String(), zip: Type.Optional(Type.String()) })),
    tags: Type.Array(Type.String()),
    at: Timestamp('iso8601'),
    sent_at: Type.Optional(Timestamp('epoch-ms')),
  }),
  eventTime: 'at',
  eventId: 'order_id',
  partitionKey: 'order_id',
  maxLateness: '10 minutes',
});
