import { pipeline, view, when } from 'streamgauge';
import { bids } from '../streams.ts';

const q14 = view('q14', bids)
  .derive((bid) => ({ euros: bid.price.mul(0.908), hour: bid.dateTime.hour() }))
  .where((bid) => bid.euros.gt(1_000_000).and(bid.euros.lt(50_000_000)))
  .select((bid) => ({
    auction: bid.auction,
    bidder: bid.bidder,
    price: bid.euros,
    bidTimeType: when(bid.hour.gte(8).and(bid.hour.lte(18)))
      .then('dayTime')
      .when(bid.hour.lte(6).or(bid.hour.gte(20)))
      .then('nightTime')
      .otherwise('otherTime'),
    dateTime: bid.dateTime,
    extra: bid.extra,
  }));

export default pipeline('nexmark_q14', [q14]);
