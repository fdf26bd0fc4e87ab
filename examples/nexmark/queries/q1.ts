import { pipeline, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q1 = view('q1', bids).select((bid) => ({
  auction: bid.auction,
  bidder: bid.bidder,
  price: bid.price.mul(0.908),
  dateTime: bid.dateTime,
  extra: bid.extra,
}));

export default pipeline('nexmark_q1', [q1]);
