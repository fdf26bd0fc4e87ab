import { argMax, intervalJoin, max, pipeline, tumbling, view } from 'streamgauge';
import { auctions, bids } from '../streams.ts';

// No auction lasts longer.
const offers = intervalJoin('offers', auctions, bids, {
  type: 'inner',
  on: { id: 'auction' },
  between: ['0 seconds', '40 seconds'],
});

// The highest bid wins, and of two as high the earlier one: an auction has fewer than 100,000 milliseconds.
const q9 = view('q9', offers)
  .where((e) => e.bids.dateTime.lte(e.auctions.expires))
  .derive((e) => ({
    id: e.auctions.id,
    itemName: e.auctions.itemName,
    initialBid: e.auctions.initialBid,
    expires: e.auctions.expires,
    seller: e.auctions.seller,
    category: e.auctions.category,
    rank: e.bids.price.mul(100_000).sub(e.bids.dateTime.msSince(e.auctions.dateTime)),
  }))
  .window(tumbling('10 seconds'))
  .groupBy('id', 'itemName', 'initialBid', 'expires', 'seller', 'category')
  .aggregate((e) => ({
    price: max(e.bids.price),
    bidder: argMax(e.bids.bidder, e.rank),
    bid_dateTime: argMax(e.bids.dateTime, e.rank),
    bid_extra: argMax(e.bids.extra, e.rank),
  }));

export default pipeline('nexmark_q9', [q9]);
