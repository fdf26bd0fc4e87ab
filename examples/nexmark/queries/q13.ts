import { lookup, pipeline, view } from 'streamgauge';
import { bids } from '../streams.ts';

const side = lookup(
  'side',
  Array.from({ length: 1_000 }, (_, key) => ({ key, value: `value-${key}` })),
  { key: 'key' },
);

const q13 = view('q13', bids).select((bid) => ({
  auction: bid.auction,
  bidder: bid.bidder,
  price: bid.price,
  dateTime: bid.dateTime,
  value: side(bid.auction.mod(1_000)).value,
}));

export default pipeline('nexmark_q13', [q13]);
