import { count, pattern, pipeline, sliding, stream, sum, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';

// A card is tried with a small amount, and then a large one is taken; or it is used in two places that nobody travels between ------

const transactions = stream('transactions', {
  schema: Type.Object({
    card: Type.String(),
    amount: Type.Number(),
    lat: Type.Number(),
    lon: Type.Number(),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'card',
  maxLateness: '1 minute',
});

const probed = pattern('probed', transactions, { partitionBy: 'card' })
  .begin('probe', (e) => e.amount.lte(2))
  .followedBy('large', (e) => e.amount.gte(500))
  .within('5 minutes')
  .select(({ probe, large }) => ({ probed: probe.amount, taken: large.amount }));

const probedCards = view('probed_cards_1h', probed)
  .window(tumbling('1 hour'))
  .groupBy('card')
  .aggregate((match) => ({ times: count(), taken: sum(match.taken) }))
  .alert('probed_then_charged', { when: (row) => row.times.gte(1), severity: 'critical', to: [terminal()] });

const KM_PER_DEGREE = 111.2;
const RADIANS_PER_DEGREE = Math.PI / 180;
const FASTEST_KM_PER_HOUR = 900;

// Distances are those of a plane at the middle latitude, cos x ≈ 1 − x²/2 + x⁴/24: within a few percent of those on the globe, but for
// ways across the poles or the date line.
const travelled = pattern('travelled', transactions, { partitionBy: 'card' })
  .begin('here')
  .next('there', (e, { here }) => {
    const middle = e.lat.add(here.lat).mul(RADIANS_PER_DEGREE / 2);
    const square = middle.mul(middle);
    const cosine = square.mul(-0.5).add(square.mul(square).div(24)).add(1);
    const north = e.lat.sub(here.lat).mul(KM_PER_DEGREE);
    const east = e.lon.sub(here.lon).mul(cosine).mul(KM_PER_DEGREE);
    const reach = e.at.msSince(here.at).mul(FASTEST_KM_PER_HOUR / 3_600_000);
    return north.mul(north).add(east.mul(east)).gt(reach.mul(reach));
  })
  .within('1 day')
  .skip('toNext')
  .select(({ here, there }) => ({ from_lat: here.lat, to_lat: there.lat }));

const travellingCards = view('impossible_travel_1h', travelled)
  .window(tumbling('1 hour'))
  .groupBy('card')
  .aggregate(() => ({ times: count() }))
  .alert('impossible_travel', { when: (row) => row.times.gte(1), severity: 'warning', to: [terminal()] });

// Failed logins: many of them, told while they happen; and many of them that one success ends ---------------------------------------

const logins = stream('logins', {
  schema: Type.Object({ user: Type.String(), ok: Type.Boolean(), ip: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '1 minute',
});

const failures = view('failures_10min', logins)
  .where((e) => e.ok.not())
  .window(sliding({ size: '10 minutes', slide: '1 minute' }))
  .groupBy('user')
  .aggregate(() => ({ failures: count() }))
  .alert('brute_force', {
    when: (row) => row.failures.gte(5),
    severity: 'warning',
    early: '10 seconds',
    to: [terminal()],
  });

const brokenIn = pattern('broken_in', logins, { partitionBy: 'user' })
  .sequence('failure{5} -> success', { failure: (e) => e.ok.not(), success: (e) => e.ok })
  .within('10 minutes')
  .select(({ failure, success }) => ({ from_ip: failure.last.ip, ip: success.ip }));

const breakIns = view('break_ins_1h', brokenIn)
  .window(tumbling('1 hour'))
  .groupBy('user', 'ip')
  .aggregate(() => ({ times: count() }))
  .alert('broken_in', { when: (row) => row.times.gte(1), severity: 'critical', to: [terminal()] });

// Paid, and not confirmed within five minutes -----------------------------------------------------------------------------------------

const orders = stream('order_events', {
  schema: Type.Object({
    order: Type.String(),
    kind: Type.Enum(['paid', 'confirmed']),
    amount: Type.Number(),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'order',
  maxLateness: '1 minute',
});

const unconfirmed = pattern('unconfirmed', orders, { partitionBy: 'order' })
  .sequence('paid -> !confirmed', { paid: (e) => e.kind.eq('paid'), confirmed: (e) => e.kind.eq('confirmed') })
  .within('5 minutes')
  .select(({ paid }) => ({ amount: paid.amount }));

const unconfirmedOrders = view('unconfirmed_1h', unconfirmed)
  .window(tumbling('1 hour'))
  .aggregate((match) => ({ orders: count(), amount: sum(match.amount) }));

export default pipeline('risk', [probedCards, travellingCards, failures, breakIns, unconfirmedOrders]);
