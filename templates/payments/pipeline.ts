import { count, max, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const payments = stream('payments', {
  // An event that does not fit the schema becomes a dead letter, with the reason. Nothing stops.
  schema: Type.Object({
    payment_id: Type.String(),
    account: Type.String(),
    country: Type.String(),
    // In cents: sums of whole numbers are exact.
    amount: Type.Integer(),
    status: Type.Enum(['approved', 'declined']),
    time: Timestamp('iso8601'),
  }),
  // Windows go by when a payment happened, not by when it is read.
  eventTime: 'time',
  partitionKey: 'account',
  // How far behind the latest event one may be and still be on time.
  maxLateness: '1 minute',
  idleTimeout: '1 minute',
  // A producer may send a payment twice: it counts once.
  eventId: 'payment_id',
  dedupe: { within: '1 hour' },
});

const byCountry = view('payments_1min', payments)
  // A later payment still counts for a day: its row is replaced by the next revision.
  .window(tumbling('1 minute'), { allowedLateness: '1 day', lateEvents: 'sideOutput' })
  .groupBy('country')
  .aggregate((e) => ({
    payments: count(),
    declined: count().where(e.status.eq('declined')),
    turnover: sum(e.amount).where(e.status.eq('approved')),
    largest: max(e.amount),
  }))
  .derive((row) => ({ declined_share: row.declined.div(row.payments) }));

export default pipeline('payments', [byCountry]);
