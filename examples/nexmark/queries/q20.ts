import { asOfJoin, pipeline, view } from 'streamgauge';
import { auctions, bids } from '../streams.ts';

const offers = asOfJoin('offers', bids, auctions, { type: 'inner', on: { auction: 'id' } });

const q20 = view('q20', offers)
  .where((e) => e.auctions.category.eq(10))
  .select((e) => ({
    auction: e.bids.auction,
    bidder: e.bids.bidder,
    price: e.bids.price,
    channel: e.bids.channel,
    url: e.bids.url,
    bid_dateTime: e.bids.dateTime,
    bid_extra: e.bids.extra,
    itemName: e.auctions.itemName,
    description: e.auctions.description,
    initialBid: e.auctions.initialBid,
    reserve: e.auctions.reserve,
    auction_dateTime: e.auctions.dateTime,
    expires: e.auctions.expires,
    seller: e.auctions.seller,
    category: e.auctions.category,
    auction_extra: e.auctions.extra,
  }));

export default pipeline('nexmark_q20', [q20]);
