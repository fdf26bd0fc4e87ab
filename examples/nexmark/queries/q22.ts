import { pipeline, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q22 = view('q22', bids).select((bid) => ({
  auction: bid.auction,
  bidder: bid.bidder,
  price: bid.price,
  channel: bid.channel,
  dir1: bid.url.splitPart('/', 4),
  dir2: bid.url.splitPart('/', 5),
  dir3: bid.url.splitPart('/', 6),
}));

export default pipeline('nexmark_q22', [q22]);
