import { count, countDistinct, max, pipeline, tumbling, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q16 = view('q16', bids)
  .window(tumbling('1 day'))
  .groupBy('channel')
  .aggregate(({ price, bidder, auction, dateTime }) => ({
    minute: max(dateTime.truncate('minute')),
    total_bids: count(),
    rank1_bids: count().where(price.lt(10_000)),
    rank2_bids: count().where(price.gte(10_000).and(price.lt(1_000_000))),
    rank3_bids: count().where(price.gte(1_000_000)),
    total_bidders: countDistinct(bidder),
    rank1_bidders: countDistinct(bidder).where(price.lt(10_000)),
    rank2_bidders: countDistinct(bidder).where(price.gte(10_000).and(price.lt(1_000_000))),
    rank3_bidders: countDistinct(bidder).where(price.gte(1_000_000)),
    total_auctions: countDistinct(auction),
    rank1_auctions: countDistinct(auction).where(price.lt(10_000)),
    rank2_auctions: countDistinct(auction).where(price.gte(10_000).and(price.lt(1_000_000))),
    rank3_auctions: countDistinct(auction).where(price.gte(1_000_000)),
  }));

export default pipeline('nexmark_q16', [q16]);
