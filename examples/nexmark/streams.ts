import { stream, Timestamp, Type } from 'streamgauge';

/** The three streams of Nexmark: who takes part in an auction house, what they put up, and what they bid. */
const common = { eventTime: 'dateTime', maxLateness: '5 seconds' } as const;

export const persons = stream('persons', {
  ...common,
  schema: Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    emailAddress: Type.String(),
    creditCard: Type.String(),
    city: Type.String(),
    state: Type.String(),
    dateTime: Timestamp('epoch-ms'),
    extra: Type.String(),
  }),
  partitionKey: 'id',
});

const auction = Type.Object({
  id: Type.Integer(),
  itemName: Type.String(),
  description: Type.String(),
  initialBid: Type.Integer(),
  reserve: Type.Integer(),
  dateTime: Timestamp('epoch-ms'),
  expires: Timestamp('epoch-ms'),
  seller: Type.Integer(),
  category: Type.Integer(),
  extra: Type.String(),
});

export const auctions = stream('auctions', { ...common, schema: auction, partitionKey: 'id' });

/** The auctions again, each at the time at which it ends: they are out of order by as much as one is longer than another. */
export const closings = stream('closings', {
  schema: auction,
  eventTime: 'expires',
  partitionKey: 'id',
  maxLateness: '1 minute',
});

export const bids = stream('bids', {
  ...common,
  schema: Type.Object({
    auction: Type.Integer(),
    bidder: Type.Integer(),
    price: Type.Integer(),
    channel: Type.String(),
    url: Type.String(),
    dateTime: Timestamp('epoch-ms'),
    extra: Type.String(),
  }),
  partitionKey: 'auction',
});
