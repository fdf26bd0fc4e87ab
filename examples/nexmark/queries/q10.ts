import { pipeline, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q10 = view('q10', bids).select((bid) => ({
  auction: bid.auction,
  bidder: bid.bidder,
  price: bid.price,
  dateTime: bid.dateTime,
  extra: bid.extra,
  dt: bid.dateTime.truncate('day'),
  hm: bid.dateTime.truncate('minute'),
}));

export default pipeline('nexmark_q10', [q10]);
