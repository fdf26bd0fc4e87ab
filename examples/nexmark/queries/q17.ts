import { count, max, mean, min, pipeline, sum, tumbling, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q17 = view('q17', bids)
  .window(tumbling('1 day'))
  .groupBy('auction')
  .aggregate(({ price }) => ({
    total_bids: count(),
    rank1_bids: count().where(price.lt(10_000)),
    rank2_bids: count().where(price.gte(10_000).and(price.lt(1_000_000))),
    rank3_bids: count().where(price.gte(1_000_000)),
    min_price: min(price),
    max_price: max(price),
    avg_price: mean(price),
    sum_price: sum(price),
  }));

export default pipeline('nexmark_q17', [q17]);
